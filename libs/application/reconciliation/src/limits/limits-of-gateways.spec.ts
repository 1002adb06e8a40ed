import { SharedLimits } from './limits-of-gateways';

const ID = 'key/k/requestsPerMinute';
const use = (ceiling: number, used: number, demand: number) => ({
  id: ID,
  limit: 100,
  ceiling,
  used,
  demand,
});

/** A scheduler that gets reports of gateways, and the part it gives each; undefined for an equal one. */
function fixture(count: number) {
  const shared = new SharedLimits();
  let sequence = 0;
  let now = 0;
  const report = (gatewayId: string, ...limits: ReturnType<typeof use>[]): number | undefined => {
    sequence += 1;
    const [part] = shared.receive({ gatewayId, sequence, final: false, limits }, count, now);
    return part?.ceiling;
  };
  const end = (gatewayId: string): unknown =>
    shared.receive({ gatewayId, sequence: 1_000, final: true, limits: [] }, count, now);
  return { report, end, later: (ms: number) => (now += ms) };
}

describe('limits that gateways share', () => {
  it('are shared equally while no gateway needs more', () => {
    const { report } = fixture(2);
    expect([report('a', use(50, 10, 40)), report('b')]).toEqual([undefined, undefined]);
    expect(fixture(1).report('a', use(100, 10, 400))).toBeUndefined();
  });

  it('shrink one part at once, and grow another only into what was reported to be free', () => {
    const { report } = fixture(2);
    expect(report('a', use(50, 50, 400))).toBe(50);
    expect(report('b')).toBe(5);
    expect(report('a', use(50, 50, 400))).toBe(50);
    expect(report('b', use(5, 0, 0))).toBe(5);
    expect(report('a', use(50, 50, 400))).toBe(95);
    expect(report('b', use(5, 5, 300))).toBe(5);
    expect(report('a', use(95, 95, 400))).toBe(50);
    expect(report('b', use(5, 5, 300))).toBe(5);
    expect(report('a', use(50, 40, 400))).toBe(50);
    expect(report('b', use(5, 5, 300))).toBe(50);
  });

  it('count a gateway without a report with its equal part', () => {
    const { report } = fixture(3);
    expect(report('a', use(33, 33, 900))).toBe(34);
    expect(report('b', use(33, 0, 0))).toBe(2);
    expect(report('b', use(2, 0, 0))).toBe(2);
    expect(report('a', use(34, 34, 900))).toBe(65);
  });

  it('free the part of a gateway that has ended, or is silent and has no lease', () => {
    const { report, end, later } = fixture(2);
    report('old', use(50, 50, 400));
    report('a', use(50, 50, 400));
    end('old');
    report('new');
    report('new', use(5, 0, 0));
    expect(report('a', use(50, 50, 400))).toBe(95);
    later(9_000);
    expect(report('a', use(95, 50, 400))).toBe(95);
    later(2_000);
    report('newer', use(5, 0, 0));
    expect(report('a', use(95, 50, 400))).toBe(95);
  });

  it('become equal again when the demand is over', () => {
    const { report } = fixture(2);
    report('a', use(95, 0, 0));
    expect(report('b', use(5, 0, 0))).toBe(5);
    expect(report('a', use(95, 0, 0))).toBe(50);
    expect(report('b', use(5, 0, 0))).toBe(5);
    expect(report('a', use(50, 0, 0))).toBe(50);
    expect(report('b', use(5, 0, 0))).toBe(50);
    expect(report('a', use(50, 0, 0))).toBe(50);
    expect([report('b', use(50, 0, 0)), report('a', use(50, 0, 0))]).toEqual([undefined, undefined]);
  });
});
