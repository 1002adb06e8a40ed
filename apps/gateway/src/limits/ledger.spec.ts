import { Ledger, type ExceededLimit, type Scope, type TakenLimits } from './ledger';

const KEY: Scope = { kind: 'key', id: 'k1', name: 'nightly job', limits: { requestsPerMinute: 2 } };
const scope = (kind: Scope['kind'], limits: Scope['limits']): Scope => ({
  kind,
  id: kind,
  name: kind,
  limits,
});
const passes = (end: TakenLimits | ExceededLimit): end is TakenLimits => 'limits' in end;
/** How many of so many requests pass. */
const passing = (ledger: Ledger, scopes: readonly Scope[], count: number, now: number): number =>
  Array.from({ length: count }, () => passes(ledger.take(scopes, now))).filter(Boolean).length;

describe('the ledger of limits', () => {
  it('accepts exactly as many requests per minute as the limit allows', () => {
    const ledger = new Ledger();
    expect([0, 30_000, 60_999, 61_000].map((now) => passing(ledger, [KEY], 5, now))).toEqual([2, 0, 0, 2]);
  });

  it('counts against no limit where one is used up, and names that, of several the one with the longest wait', () => {
    const ledger = new Ledger();
    const [key, project] = [
      scope('key', { requestsPerMinute: 5 }),
      scope('project', { requestsPerMinute: 1 }),
    ];
    expect(passing(ledger, [key, project], 3, 1_000)).toBe(1);
    expect(ledger.take([key, project], 2_000)).toEqual({
      scope: project,
      limit: 'requestsPerMinute',
      value: 1,
      waitMs: 60_000,
    });
    expect(passing(ledger, [key], 9, 2_000)).toBe(4);
  });

  it('counts requests in flight until they end', () => {
    const ledger = new Ledger();
    const workload = scope('workload', { requestsInFlight: 1 });
    const first = ledger.take([workload], 0);
    expect(ledger.take([workload], 0)).toMatchObject({ limit: 'requestsInFlight', waitMs: 1_000 });
    if (passes(first)) ledger.end(first, 90_000);
    expect(passing(ledger, [workload], 2, 90_000)).toBe(1);
  });

  it('reserves tokens by estimate, corrects them, and refunds the request where too few are left', () => {
    const ledger = new Ledger();
    const key = scope('key', { tokensPerMinute: 100, requestsPerMinute: 3 });
    const take = (tokens: number, now: number): TakenLimits | ExceededLimit | undefined => {
      const taken = ledger.take([key], now);
      return passes(taken) ? (ledger.takeTokens(taken, tokens, now) ?? taken) : taken;
    };
    const first = take(80, 0);
    expect(take(30, 1_000)).toMatchObject({ limit: 'tokensPerMinute', value: 100, waitMs: 60_000 });
    if (first !== undefined && passes(first)) ledger.correctTokens(first, -70, 5_000);
    expect(passes(take(90, 5_000) as TakenLimits)).toBe(true);
    expect(take(1, 6_000)).toMatchObject({ limit: 'tokensPerMinute' });
    const requests = ledger.uses(6_000).find(({ id }) => id === 'key/key/requestsPerMinute');
    expect(requests?.used).toBe(2);
  });

  it('accepts a single request that is expected to need more tokens than the limit', () => {
    const ledger = new Ledger();
    const key = scope('key', { tokensPerMinute: 100 });
    const taken = ledger.take([key], 0);
    expect(passes(taken) && ledger.takeTokens(taken, 5_000, 0)).toBeUndefined();
    expect(ledger.take([key], 1_000)).toMatchObject({ limit: 'tokensPerMinute', waitMs: 60_000 });
  });

  it('applies a changed limit at once', () => {
    const ledger = new Ledger();
    passing(ledger, [KEY], 2, 0);
    expect(passing(ledger, [{ ...KEY, limits: { requestsPerMinute: 4 } }], 5, 0)).toBe(2);
    expect(passing(ledger, [{ ...KEY, limits: { requestsPerMinute: 3 } }], 5, 0)).toBe(0);
  });

  it('has its share of a limit among several gateways: an equal one, or that of the scheduler', () => {
    const ledger = new Ledger();
    const key = scope('key', { requestsPerMinute: 9 });
    ledger.applyShares(3, []);
    expect(passing(ledger, [key], 9, 0)).toBe(3);
    const id = 'key/key/requestsPerMinute';
    ledger.applyShares(3, [{ id, limit: 9, ceiling: 7 }]);
    expect(passing(ledger, [key], 9, 0)).toBe(4);
    expect(ledger.uses(1_000)).toEqual([{ id, limit: 9, ceiling: 7, used: 7, demand: 216 }]);
    ledger.applyShares(12, []);
    expect(passing(ledger, [key], 9, 61_000)).toBe(1);
  });

  it('reports its share of a limit that is not used here', () => {
    const ledger = new Ledger();
    ledger.applyShares(3, [{ id: 'key/x/requestsPerMinute', limit: 9, ceiling: 0 }]);
    const unused = { id: 'key/x/requestsPerMinute', limit: 9, ceiling: 0, used: 0, demand: 0 };
    expect(ledger.uses(0)).toEqual([unused]);
    const scopes = [{ ...KEY, id: 'x', limits: { requestsPerMinute: 9 } }];
    expect(ledger.take(scopes, 0)).toMatchObject({ waitMs: 1_000 });
  });

  it('removes a limit that was not used for a minute', () => {
    const ledger = new Ledger();
    passing(ledger, [KEY], 1, 0);
    expect(ledger.uses(59_000)).toHaveLength(1);
    expect(ledger.uses(130_000)).toEqual([]);
  });
});
