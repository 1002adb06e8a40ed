import type { Run, Start } from './scaling-run';

const WIDTH = 820;
const LEFT = 62;
const RIGHT = 24;
const PANEL = 150;
/** Colours on a light and on a dark page. */
const COLOURS = {
  load: ['#235789', '#6fb1f0'],
  wanted: ['#c1292e', '#ff7b80'],
  ready: ['#0b6e4f', '#4fd1a5'],
  start: ['#b8860b', '#e3b341'],
} as const;
const STAGE_COLOURS: readonly (readonly [stage: string, light: string, dark: string])[] = [
  ['held', '#8c8c8c', '#a5a5a5'],
  ['decided', '#6a4c93', '#b594e0'],
  ['placed', '#235789', '#6fb1f0'],
  ['bound', '#1b9aaa', '#5fd3e0'],
  ['pulled', '#b8860b', '#e3b341'],
  ['started', '#e07a1f', '#ffa657'],
  ['ready', '#0b6e4f', '#4fd1a5'],
  ['firstByte', '#c1292e', '#ff7b80'],
];

interface Axis {
  readonly to: number;
  readonly step: number;
  readonly label: string;
}

/** Load above; wanted and ready replicas and the time of cold starts below, over the seconds of one run. */
export function runChart(title: string, run: Run): string {
  const seconds: Axis = { to: run.endsAt, step: 30, label: 'time, s' };
  const x = (at: number): number => LEFT + (Math.min(at, run.endsAt) / run.endsAt) * (WIDTH - LEFT - RIGHT);
  const load = axisOf(Math.max(...run.samples.map(({ requests }) => requests)), 'requests at once');
  const replicas = axisOf(
    Math.max(...run.wanted.map((one) => one.replicas), ...run.samples.map(({ ready }) => ready)),
    'replicas',
  );
  const [above, below] = [84, 84 + PANEL + 40];
  const wanted = [{ at: 0, replicas: 0 }, ...run.wanted];
  const starts = run.starts.map(({ from, totalMs }) => {
    const width = Math.max(1.5, x(from + totalMs / 1_000) - x(from));
    return `<rect class="start" x="${f(x(from))}" y="${below}" width="${f(width)}" height="${PANEL}"/>`;
  });
  const ready = run.samples.map(({ at, ready: count }) => ({ at, replicas: count }));
  return svg(below + PANEL + 52, title, [
    legend(56, [
      ['load', 'requests at once, in flight and waiting'],
      ['wanted', 'replicas wanted'],
      ['ready', 'replicas ready'],
      ['start', 'a replica starts'],
    ]),
    panel(above, load, seconds, x),
    line(
      'load',
      run.samples.map(({ at, requests }) => [x(at), y(above, load, requests)] as const),
    ),
    ...starts,
    panel(below, replicas, seconds, x),
    line(
      'wanted',
      steps(wanted, run.endsAt).map(([at, value]) => [x(at), y(below, replicas, value)] as const),
    ),
    line(
      'ready',
      steps(ready, run.endsAt).map(([at, value]) => [x(at), y(below, replicas, value)] as const),
    ),
    ...xLabels(below + PANEL, seconds, x),
  ]);
}

/** Each start as a bar of its stages, over milliseconds; the earliest on top. */
export function startsChart(title: string, starts: readonly Start[]): string {
  const longest = Math.max(...starts.map(({ totalMs }) => totalMs));
  const axis: Axis = {
    ...axisOf(longest, 'ms'),
    label: 'time since the request, else since the decision, ms',
  };
  const x = (ms: number): number => LEFT + 50 + (ms / axis.to) * (WIDTH - LEFT - 50 - RIGHT - 60);
  const top = 84;
  const bottom = top + starts.length * 26;
  const bars = starts.flatMap(({ from: begin, totalMs, stages }, row) => {
    const rowY = top + row * 26 + 4;
    let from = 0;
    const pieces = stages.map(({ stage, durationMs }) => {
      const piece = `<rect class="${stage}" x="${f(x(from))}" y="${rowY}" width="${f(x(from + durationMs) - x(from))}" height="18"/>`;
      from += durationMs;
      return piece;
    });
    return [
      text(LEFT + 42, rowY + 13, `at ${Math.round(begin)} s`, 'end'),
      ...pieces,
      text(x(totalMs) + 6, rowY + 13, `${totalMs} ms`, 'start'),
    ];
  });
  const grid = ticks(axis).map((ms) => vertical(x(ms), top, bottom));
  return svg(bottom + 52, title, [
    legend(
      56,
      STAGE_COLOURS.map(([stage]) => [stage, stage === 'firstByte' ? 'first byte' : stage] as const),
    ),
    ...grid,
    ...bars,
    ...xLabels(bottom, axis, x),
  ]);
}

const f = (value: number): string => value.toFixed(1);
const text = (x: number, y: number, words: string, anchor: string): string =>
  `<text x="${f(x)}" y="${f(y)}" text-anchor="${anchor}">${words}</text>`;
const vertical = (x: number, from: number, to: number): string =>
  `<line class="grid" x1="${f(x)}" x2="${f(x)}" y1="${f(from)}" y2="${f(to)}"/>`;
const ticks = ({ to, step }: Axis): readonly number[] =>
  Array.from({ length: Math.floor(to / step) + 1 }, (_, index) => index * step);
const y = (top: number, { to }: Axis, value: number): number => top + PANEL - (value / to) * PANEL;

/** From 0 to a round number above the largest value, in about five steps. */
function axisOf(largest: number, label: string): Axis {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].find(
    (size) => largest / size <= 6,
  );
  if (step === undefined) throw new Error(`no axis for ${largest} ${label}`);
  return { to: step * Math.ceil((largest + step / 4) / step), step, label };
}

const steps = (
  values: readonly { readonly at: number; readonly replicas: number }[],
  endsAt: number,
): (readonly [number, number])[] =>
  values.flatMap(({ at, replicas }, index) => [
    [at, replicas] as const,
    [values[index + 1]?.at ?? endsAt, replicas] as const,
  ]);

function panel(top: number, axis: Axis, seconds: Axis, x: (at: number) => number): string {
  const middle = top + PANEL / 2;
  return [
    ...ticks(axis).map(
      (value) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${f(y(top, axis, value))}" y2="${f(y(top, axis, value))}"/>` +
        text(LEFT - 8, y(top, axis, value) + 4, String(value), 'end'),
    ),
    ...ticks(seconds).map((at) => vertical(x(at), top, top + PANEL)),
    `<text x="18" y="${middle}" text-anchor="middle" transform="rotate(-90 18 ${middle})">${axis.label}</text>`,
  ].join('\n');
}

const xLabels = (bottom: number, axis: Axis, x: (at: number) => number): readonly string[] => [
  ...ticks(axis).map((value) => text(x(value), bottom + 18, String(value), 'middle')),
  text((x(0) + x(axis.to)) / 2, bottom + 40, axis.label, 'middle'),
];

const line = (name: string, points: readonly (readonly [number, number])[]): string =>
  `<polyline class="${name}" points="${points.map(([px, py]) => `${f(px)},${f(py)}`).join(' ')}"/>`;

function legend(top: number, items: readonly (readonly [name: string, words: string])[]): string {
  let at = LEFT;
  return items
    .map(([name, words]) => {
      const item = `<rect class="key ${name}" x="${at}" y="${top - 9}" width="16" height="10"/>${text(at + 22, top, words, 'start')}`;
      at += 40 + words.length * 6.6;
      return item;
    })
    .join('\n');
}

function svg(height: number, title: string, parts: readonly string[]): string {
  const entries = [
    ...Object.entries(COLOURS).map(([name, [light, dark]]) => [name, light, dark] as const),
    ...STAGE_COLOURS.map(
      ([name, light, dark]) => [name === 'ready' ? 'rect.ready' : name, light, dark] as const,
    ),
  ];
  const rules = (index: 1 | 2): string =>
    entries
      .map(([name, ...colours]) => {
        const selector = name.includes('.') ? name : `.${name}`;
        const colour = colours[index - 1];
        return `rect${selector.replace('rect', '')}{fill:${colour}}polyline${selector.replace('rect', '')}{stroke:${colour}}`;
      })
      .join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${title}</title>`,
    `<style>.page{fill:#ffffff}text{fill:#24292f}.grid{stroke:#d8dee4}polyline{fill:none;stroke-width:2}.start{opacity:.35}.key{opacity:1}${rules(1)}`,
    `@media (prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#e6edf3}.grid{stroke:#30363d}${rules(2)}}</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text x="20" y="26" font-size="15">${title}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
