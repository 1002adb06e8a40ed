import { SharedLimits } from '@tessera/application-reconciliation';
import { Ledger, type Scope } from './ledger';

const LIMIT = 600;
const KEY: Scope = { kind: 'key', id: 'k', name: 'k', limits: { requestsPerMinute: LIMIT } };
const STEP_MS = 100;
const REPORT_MS = 1_000;
/** Time that a report and its answer take. */
const AWAY_MS = 200;

/** Requests that each gateway gets in a second, at that second. */
type Load = (second: number) => readonly number[];

/** Runs gateways that share a key with a scheduler for so long; when requests passed, ms. */
function run(load: Load, seconds: number): readonly number[] {
  const count = load(0).length;
  const shared = new SharedLimits();
  const gateways = load(0).map((_, index) => ({
    ledger: new Ledger(),
    id: `gateway-${index}`,
    owed: 0,
    sequence: 0,
  }));
  for (const { ledger } of gateways) ledger.applyShares(count, []);
  const answers: { readonly at: number; readonly apply: () => void }[] = [];
  const passed: number[] = [];
  for (let now = 0; now < seconds * 1_000; now += STEP_MS) {
    for (const answer of answers.splice(0))
      if (answer.at <= now) answer.apply();
      else answers.push(answer);
    gateways.forEach((gateway, index) => {
      const { ledger, id } = gateway;
      gateway.owed += ((load(Math.floor(now / 1_000))[index] ?? 0) * STEP_MS) / 1_000;
      for (; gateway.owed >= 1; gateway.owed -= 1) if ('limits' in ledger.take([KEY], now)) passed.push(now);
      if ((now + index * 300) % REPORT_MS !== 0) return;
      gateway.sequence += 1;
      const report = { gatewayId: id, sequence: gateway.sequence, final: false, limits: ledger.uses(now) };
      const parts = shared.receive(report, count, now);
      answers.push({ at: now + AWAY_MS, apply: () => ledger.applyShares(count, parts) });
    });
  }
  return passed;
}

/** The most that passed within any minute. */
function mostOfMinute(passed: readonly number[]): number {
  const within = (start: number): number => passed.filter((at) => at >= start && at < start + 60_000).length;
  return Math.max(...[...new Set(passed)].map(within));
}

describe('a limit that several gateways share', () => {
  it.each<{ readonly load: string; readonly of: Load }>([
    { load: 'all at one of two', of: () => [100, 0] },
    { load: 'nine tenths at one of two', of: () => [90, 10] },
    { load: 'uneven at three', of: () => [70, 25, 5] },
    { load: 'a little above the limit, uneven', of: () => [10, 1, 0.5] },
    {
      load: 'from one to another every 20 s',
      of: (second) => (Math.floor(second / 20) % 2 === 0 ? [60, 2, 0] : [0, 2, 60]),
    },
    {
      load: 'in bursts of one second',
      of: (second) => [second % 7 === 0 ? 400 : 0, second % 5 === 0 ? 300 : 0, 1],
    },
    { load: 'at all three alike', of: () => [30, 30, 30] },
  ])('is never exceeded, and used to nine tenths: $load', ({ of }) => {
    const windows = 5;
    const passed = run(of, windows * 61);
    expect(mostOfMinute(passed)).toBeLessThanOrEqual(LIMIT);
    expect(passed.length / windows).toBeGreaterThanOrEqual(LIMIT * 0.9);
  });

  it('lets the first requests pass at every gateway', () => {
    const passed = run((second) => (second < 30 ? [100, 0, 0] : [0, 100, 0]), 120);
    expect(mostOfMinute(passed)).toBeLessThanOrEqual(LIMIT);
    expect(passed.filter((at) => at >= 30_000 && at < 31_000).length).toBeGreaterThan(0);
  });

  it('serves nine tenths and more of a load below the limit that moves from one to another', () => {
    const of: Load = (second) => (Math.floor(second / 30) % 2 === 0 ? [8, 0.5, 0] : [0, 0.5, 8]);
    const passed = run(of, 200);
    expect(passed.length / (200 * 8.5)).toBeGreaterThan(0.9);
  });
});
