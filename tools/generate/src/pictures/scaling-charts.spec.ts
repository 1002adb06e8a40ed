import { runChart, startsChart } from './scaling-charts';
import type { Run } from './scaling-run';

const RUN: Run = {
  endsAt: 60,
  samples: [
    { at: 0, requests: 0, ready: 0 },
    { at: 10, requests: 12, ready: 0 },
    { at: 20, requests: 12, ready: 2 },
  ],
  wanted: [{ at: 10, replicas: 2 }],
  starts: [
    {
      from: 10,
      totalMs: 6_000,
      stages: [
        { stage: 'decided', durationMs: 0 },
        { stage: 'pulled', durationMs: 2_000 },
        { stage: 'ready', durationMs: 4_000 },
      ],
    },
  ],
  answered: 10,
  failed: 0,
};

const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words ?? '');
const widthsOf = (svg: string, name: string): readonly number[] =>
  [...svg.matchAll(new RegExp(`<rect class="${name}" [^>]*width="([0-9.]+)" height="18"`, 'g'))].map(
    ([, width]) => Number(width),
  );

describe('the picture of a run', () => {
  it('has axes with units, a legend and every value inside its panel', () => {
    const svg = runChart('A run', RUN);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['A run', 'time, s', 'requests at once', 'replicas', 'replicas wanted', '14']),
    );
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const numbers = [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, points = '']) => points.split(/[ ,]/));
    expect(numbers.length).toBeGreaterThan(10);
    for (const number of numbers) {
      expect(Number(number)).toBeGreaterThanOrEqual(0);
      expect(Number(number)).toBeLessThanOrEqual(820);
    }
  });

  it('is drawn for light and dark pages', () => {
    expect(runChart('A run', RUN)).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('the picture of starts', () => {
  it('has a bar for each start, whose pieces are as long as its stages', () => {
    const svg = startsChart('Starts', RUN.starts);
    const [pulled = 0] = widthsOf(svg, 'pulled');
    const [ready = 0] = widthsOf(svg, 'ready');
    expect(pulled).toBeGreaterThan(0);
    expect(ready / pulled).toBeCloseTo(2, 1);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['at 10 s', '6000 ms', 'first byte']));
  });
});
