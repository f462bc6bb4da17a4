import { describeBudget, holdsBudget } from './budget.mjs';
import { askFresh, startContender } from './child.mjs';
import { bytesReadBy, countLines, peakOfCommand, timeCommand } from './command.mjs';
import { figure, mostCommon } from './figure.mjs';

const WARM_UP = 3;

/** How each kind of case is measured: names in, figures by name out. */
const KINDS = {
  time: measureTime,
  peak: (bench, names, options) => measureMemory(bench, names, options, 'peak'),
  held: (bench, names, options) => measureMemory(bench, names, options, 'held'),
  command: measureCommand,
  'command-peak': (bench, names, options) => sampleCommands(bench, names, options, peakOfCommand),
  'command-read': (bench, names, options) => sampleCommands(bench, names, options, bytesReadBy),
  size: measureSize,
};

/** Measures one case. The result is what `--json` prints of it. */
export async function measureCase(bench, options) {
  const peers = bench.peers ?? Object.keys(bench.commands ?? {}).filter((name) => name !== 'lading');
  const names = ['lading', ...peers, ...(bench.limit ? ['limit'] : [])];
  const { lading, limit, ...others } = await KINDS[bench.kind ?? 'time'](bench, names, {
    ...options,
    rounds: Math.min(options.rounds, bench.rounds ?? Infinity),
  });
  const result = {
    case: bench.name,
    title: bench.title,
    unit: bench.unit ?? 'ms',
    lading,
    peers: others,
    ...(limit && { limit: { name: bench.limit.name, ...limit } }),
  };
  return { ...result, budget: describeBudget(bench), holds: holdsBudget(bench, result) };
}

/** Times in processes that stay, peaks in processes of their own. */
async function measureTime(bench, names, options) {
  const { samples, wrong } = await timeTogether(bench, names, options);
  const figures = figuresOf(names, samples);
  for (const name of names) {
    figures[name].peakBytes = (await askFresh(bench, name, 'peak', options)).value;
    if (wrong.has(name)) figures[name].wrong = true;
  }
  return figures;
}

async function timeTogether(bench, names, options) {
  const contenders = await Promise.all(names.map((name) => startContender(bench, name, options)));
  try {
    const wrong = await findWrong(contenders);
    await interleave(contenders, WARM_UP, ({ ask }) => ask('time'));
    return { wrong, samples: await interleave(contenders, options.rounds, async ({ ask }) => (await ask('time')).value) };
  } finally {
    for (const { stop } of contenders) stop();
  }
}

/** Rounds in which every contender has its turn, so that what else the machine does meets all of them. */
async function interleave(contenders, rounds, sample) {
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another one, so that none always follows the same.
    const turns = contenders.map((_, i) => contenders[(i + round) % contenders.length]);
    for (const contender of turns) samples.get(contender.name).push(await sample(contender));
  }
  return samples;
}

/** The names of those whose results are not what most have. */
async function findWrong(contenders) {
  const answers = new Map();
  for (const { name, ask } of contenders) if (name !== 'limit') answers.set(name, (await ask('check')).value);
  const right = mostCommon(answers.values());
  return new Set([...answers].filter(([, answer]) => answer !== right).map(([name]) => name));
}

async function measureMemory(bench, names, options, word) {
  const samples = await interleave(
    names.map((name) => ({ name })),
    Math.min(options.rounds, 3),
    async ({ name }) => (await askFresh(bench, name, word, options)).value / (bench.per ?? 1),
  );
  return figuresOf(names, samples);
}

async function measureCommand(bench, names, options) {
  const counts = bench.countLines ? names.filter((name) => name !== 'limit').map((name) => [name, countLines(commandOf(bench, name))]) : [];
  const right = mostCommon(counts.map(([, count]) => count));
  const figures = await sampleCommands(bench, names, options, timeCommand);
  for (const name of names) figures[name].peakBytes = await peakOfCommand(commandOf(bench, name));
  for (const [name, count] of counts) if (count !== right) figures[name].wrong = true;
  return figures;
}

/** Times are taken once more before they count; what is slow by nature is run once in all. */
async function sampleCommands(bench, names, { rounds }, sample) {
  const isTime = sample === timeCommand;
  const take = async ({ name }) => (await sample(commandOf(bench, name))) / (bench.per ?? 1);
  const [slow, quick] = [true, false].map((isSlow) => names.filter((name) => (bench.slow ?? []).includes(name) === isSlow).map((name) => ({ name })));
  if (isTime) await interleave(quick, 1, take);
  const samples = await interleave(quick, isTime ? rounds : Math.min(rounds, 3), take);
  return figuresOf(names, new Map([...samples, ...(await interleave(slow, 1, take))]));
}

function commandOf({ commands, limit }, name) {
  return name === 'limit' ? limit.command : commands[name];
}

async function measureSize(bench, names) {
  const sizes = new Map();
  for (const name of names) sizes.set(name, [await bench.size(name)]);
  return figuresOf(names, sizes);
}

function figuresOf(names, samples) {
  return Object.fromEntries(names.map((name) => [name, figure(samples.get(name))]));
}
