const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 360, 70, 70, 40, 50];

/** Points as a picture: time on the left, memory on the right, all three by powers of ten. */
export function chartOf({ title, unit }, points) {
  const x = scale(
    points.map(({ size }) => size),
    LEFT,
    WIDTH - RIGHT,
  );
  const time = scale(
    points.map(({ milliseconds }) => milliseconds),
    HEIGHT - BOTTOM,
    TOP,
  );
  const memory = scale(
    points.map(({ peakBytes }) => Math.max(peakBytes, 1e5)),
    HEIGHT - BOTTOM,
    TOP,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(WIDTH / 2, 20, title, 'middle', '#000'),
    ...x.ticks.map(
      (tick) => line(x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM) + text(x.at(tick), HEIGHT - BOTTOM + 18, shown(tick), 'middle', '#000'),
    ),
    ...time.ticks.map(
      (tick) => line(LEFT, time.at(tick), WIDTH - RIGHT, time.at(tick)) + text(LEFT - 6, time.at(tick) + 4, `${shown(tick)} ms`, 'end', BLUE),
    ),
    ...memory.ticks.map((tick) => text(WIDTH - RIGHT + 6, memory.at(tick) + 4, `${shown(tick)}B`, 'start', RED)),
    text(WIDTH / 2, HEIGHT - 12, unit, 'middle', '#000'),
    path(
      points.map(({ size, milliseconds }) => [x.at(size), time.at(milliseconds)]),
      BLUE,
    ),
    path(
      points.map(({ size, peakBytes }) => [x.at(size), memory.at(Math.max(peakBytes, 1e5))]),
      RED,
    ),
    '</svg>',
    '',
  ].join('\n');
}

const [BLUE, RED] = ['#1f5fbf', '#bf3f1f'];

/** Where a value lies between two places, by its logarithm; the ends are powers of ten. */
function scale(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value) => round(from + ((Math.log10(value) - low) / (high - low)) * (to - from));
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) };
}

const round = (value) => Math.round(value * 10) / 10;
const line = (x1, y1, x2, y2) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;
const text = (x, y, words, anchor, colour) => `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;

function path(points, colour) {
  const dots = points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`).join('');
  return `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}`;
}

function shown(value) {
  const power = Math.floor(Math.log10(value) / 3);
  return power < 1 ? String(value) : `${value / 1000 ** power}${['', 'k', 'M', 'G', 'T'][power]}`;
}
