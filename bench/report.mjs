import { cpus, release, totalmem } from 'node:os';

/** A case as lines for people: lading first, then the others from the fastest on. */
export function tableOf(result) {
  const rows = contendersOf(result).map(([name, figure]) => [
    name,
    `${shown(figure.median)} ${result.unit}`,
    figure.min === figure.max ? '' : `${shown(figure.min)} – ${shown(figure.max)}`,
    ratio(figure, result.lading),
    figure.peakBytes === undefined ? '' : `+${shown(figure.peakBytes / 1e6)} MB`,
    figure.wrong ? 'wrong result' : '',
  ]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`.trimEnd());
  return [`${result.case}: ${result.title}${verdict(result)}`, ...lines, ''].join('\n');
}

function verdict({ budget, holds }) {
  if (budget === null) return '';
  return ` (${budget}: ${holds === null ? 'not judged' : holds ? 'holds' : 'MISSED'})`;
}

function contendersOf({ lading, peers, limit }) {
  const others = Object.entries(peers).toSorted(([, a], [, b]) => a.median - b.median);
  return [['lading', lading], ...others, ...(limit ? [[`limit: ${limit.name}`, limit]] : [])];
}

function ratio({ median }, lading) {
  return median === lading.median ? '' : `${shown(median / lading.median)} ×`;
}

function shown(number) {
  const digits = number >= 100 ? 0 : number >= 10 ? 1 : 2;
  return number.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** All results as a page's tables. */
export function markdown(results, { rounds }) {
  const [{ model } = {}] = cpus();
  const machine = `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
  const missed = results.filter(({ holds }) => holds === false);
  const slower = results.filter(({ lading, peers }) => Object.values(peers).some(({ median, wrong }) => !wrong && median < lading.median));
  return [
    `Measured on ${machine}; ${rounds} rounds.`,
    '',
    '| case | lading | spread | memory | best peer | others | limit | budget |',
    '|---|---|---|---|---|---|---|---|',
    ...results.map(markdownRow),
    '',
    '### Where a budget is missed',
    ...listOrNone(missed.map(({ title, budget, lading, unit }) => `- ${title}: ${shown(lading.median)} ${unit}, budget ${budget}`)),
    '',
    '### Where a peer is ahead',
    ...listOrNone(slower.map((result) => `- ${result.title}: ${peersOf(result)[0]}`)),
  ].join('\n');
}

function markdownRow(result) {
  const { title, unit, lading, limit, budget, holds } = result;
  const [best = '', ...others] = peersOf(result);
  return `| ${[
    title,
    `**${shown(lading.median)} ${unit}**`,
    `${shown(lading.min)} – ${shown(lading.max)}`,
    lading.peakBytes === undefined ? '' : `+${shown(lading.peakBytes / 1e6)} MB`,
    best,
    others.join(' · '),
    limit ? `${limit.name} ${shown(limit.median)}` : '',
    budget === null ? '' : `${budget}${holds === false ? ' **missed**' : ''}`,
  ].join(' | ')} |`;
}

/** Peers from the fastest on; those whose result is wrong come last and say so. */
function peersOf({ peers }) {
  const rank = (peer) => (peer.wrong ? 1e12 : 0) + peer.median;
  return Object.entries(peers)
    .toSorted(([, a], [, b]) => rank(a) - rank(b))
    .map(([name, { median, wrong }]) => `${name} ${shown(median)}${wrong ? ' (wrong result)' : ''}`);
}

function listOrNone(lines) {
  return lines.length > 0 ? lines : ['Nowhere.'];
}
