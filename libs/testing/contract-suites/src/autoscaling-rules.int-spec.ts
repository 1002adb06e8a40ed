import { execFileSync } from 'node:child_process';
import { decideOnLoad, delayed, initialState, LoadWindow, type WantedAt } from '@tessera/domain-autoscaling';
import { cacheDir } from '@tessera/platform-config';
import { describeWithService } from '@tessera/testing-services';
import {
  findAutoscaler,
  numbersFrom,
  randomSeries,
  type Answers,
  type Series,
} from '@tessera/dev-services/toolchains';

const SEED = 20_240_601;
const COUNT = 10_000;

/** What Knative's own autoscaler answers. */
function askKnative(all: readonly Series[]): readonly Answers[] {
  const input = all.map((one) => JSON.stringify(one)).join('\n');
  const output = execFileSync(findAutoscaler(cacheDir()) ?? '', {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answers);
}

/** What the rules answer. */
function decide(series: Series): Answers {
  const stable = new LoadWindow(series.stableWindowMs);
  const panic = new LoadWindow(series.panicWindowMs);
  let state = initialState(series.start, series.readyAtStart);
  let wanted: readonly WantedAt[] = [];
  return series.ticks.map(({ at, ready, samples }) => {
    for (const [time, value] of samples) [stable, panic].forEach((window) => window.record(time, value));
    const decided = decideOnLoad(series, state, {
      now: at,
      readyReplicas: ready,
      stable: stable.average(at),
      panic: panic.average(at),
    });
    state = decided.state;
    if (decided.replicas === undefined) return null;
    if (series.scaleDownDelayMs === 0 || !series.reachable) return decided.replicas;
    const held = delayed(wanted, at, series.scaleDownDelayMs, decided.replicas);
    wanted = held.wanted;
    return held.replicas;
  });
}

describeWithService('knative', "the decisions of Knative's own autoscaler", () => {
  it(`are ours, in ${COUNT} random series`, () => {
    const random = numbersFrom(SEED);
    const all = Array.from({ length: COUNT }, () => randomSeries(random));

    const theirs = askKnative(all);
    const different = all.flatMap((series, index) => {
      const [mine, want] = [decide(series), theirs[index]];
      return JSON.stringify(mine) === JSON.stringify(want) ? [] : [{ index, series, mine, want }];
    });

    expect(different.length).toBe(0);
    expect(different.at(0)).toBeUndefined();
    // The series reach what they are to reach: most decide something, some ticks have no data, many fleets change.
    const answers = theirs.flat();
    expect(answers).toHaveLength(all.reduce((sum, { ticks }) => sum + ticks.length, 0));
    expect(answers.filter((replicas) => replicas === null).length).toBeGreaterThan(COUNT);
    expect(answers.filter((replicas) => replicas === 0).length).toBeGreaterThan(COUNT);
    expect(new Set(answers).size).toBeGreaterThan(200);
  });

  it('differ where the newest sample is exactly as old as the window: it takes silence for no load, we hold', () => {
    const start = Date.UTC(2025, 0, 1);
    const series: Series = {
      ...randomSeries(numbersFrom(SEED)),
      start,
      readyAtStart: 1,
      target: 10,
      panicThreshold: 2,
      stableWindowMs: 60_000,
      panicWindowMs: 6_000,
      maxScaleUpRate: 1000,
      maxScaleDownRate: 2,
      activationReplicas: 0,
      scaleDownDelayMs: 0,
      reachable: true,
      ticks: [
        { at: start, ready: 1, samples: [[start, 5]] },
        { at: start + 59_000, ready: 1, samples: [] },
        { at: start + 60_000, ready: 1, samples: [] },
        { at: start + 61_000, ready: 1, samples: [] },
      ],
    };

    expect(askKnative([series])).toEqual([[1, 1, 0, null]]);
    expect(decide(series)).toEqual([1, 1, null, null]);
  });
});
