import { latencyBucketOf } from '@tessera/contracts-internal';
import { gatewayReports, workloadLoad } from '../testing/load';
import { LoadStore } from './load-store';

const ID = '00000000-0000-4000-9000-000000000001';
const START = 1_000_000_000;
const NONE: ReadonlySet<string> = new Set();

/** A store that one gateway reports to, second by second. */
function setUp() {
  const store = new LoadStore(START);
  const gateway = gatewayReports();
  let now = START;
  return {
    store,
    gateway,
    now: () => now,
    advance: (ms: number) => (now += ms),
    /** Reports the same load for so many seconds. */
    report(seconds: number, change: Parameters<typeof workloadLoad>[1] = {}) {
      for (let second = 0; second < seconds; second += 1) {
        now += 1_000;
        store.receive(gateway.report([workloadLoad(ID, change)]), now);
        store.check(new Set([gateway.gatewayId]), now);
      }
    },
  };
}

describe('the load of a workload', () => {
  it('is the average of the reports over both windows', () => {
    const t = setUp();
    t.report(54, { averageConcurrency: 10, started: 4 });
    t.report(6, { averageConcurrency: 40, started: 14 });
    expect(t.store.observe(ID, 'concurrency', t.now()).load).toEqual({ stable: 13, panic: 40 });
    expect(t.store.observe(ID, 'rate', t.now()).load).toEqual({ stable: 5, panic: 14 });
  });

  it('is the sum over the gateways', () => {
    const t = setUp();
    const other = gatewayReports('00000000-0000-4000-8000-00000000000b');
    t.report(1, { averageConcurrency: 3, inFlight: 2 });
    t.store.receive(
      other.report([workloadLoad(ID, { averageConcurrency: 4, inFlight: 3, held: 1 })]),
      t.now(),
    );
    expect(t.store.observe(ID, 'concurrency', t.now())).toMatchObject({
      requests: 6,
      load: { stable: 7, panic: 7 },
    });
  });

  it('has no hole where a report comes late for several seconds', () => {
    const t = setUp();
    t.report(3, { averageConcurrency: 6 });
    t.advance(3_000);
    const late = t.gateway.report([workloadLoad(ID, { averageConcurrency: 6 })], { intervalMs: 3_000 });
    t.store.receive(late, t.now());
    expect(t.store.observe(ID, 'concurrency', t.now()).load).toEqual({ stable: 6, panic: 6 });
  });

  it('is unknown, not zero, once nothing was reported for a window', () => {
    const t = setUp();
    t.report(5, { averageConcurrency: 6 });
    t.advance(60_000);
    expect(t.store.observe(ID, 'concurrency', t.now()).load).toBeUndefined();
  });

  it('is averaged over a shorter stable window and a tenth of it where that is configured', () => {
    const store = new LoadStore(START, 20_000);
    const gateway = gatewayReports();
    for (let second = 1; second <= 20; second += 1) {
      const averageConcurrency = second > 18 ? 40 : 10;
      store.receive(gateway.report([workloadLoad(ID, { averageConcurrency })]), START + second * 1_000);
      store.check(new Set([gateway.gatewayId]), START + second * 1_000);
    }
    const end = START + 20_000;
    expect(store.observe(ID, 'concurrency', end).load).toEqual({ stable: 13, panic: 40 });
    expect([store.isComplete(end - 1), store.isComplete(end)]).toEqual([false, true]);
  });

  it('is zero where a workload with replicas is in no report, and unknown for one without', () => {
    const t = setUp();
    t.report(30, { averageConcurrency: 6 });
    for (let second = 0; second < 30; second += 1) {
      t.advance(1_000);
      t.store.receive(t.gateway.report([]), t.now());
    }
    expect(t.store.observe(ID, 'concurrency', t.now(), true).load).toEqual({ stable: 3, panic: 0 });
    const silent = t.store.observe('silent', 'rate', t.now(), true);
    expect(silent).toMatchObject({ requests: 0, load: { stable: 0, panic: 0 } });
    expect(t.store.observe('asleep', 'rate', t.now(), false).load).toBeUndefined();
  });

  it('stays what it was last where no report comes, and is unknown after a window', () => {
    const t = setUp();
    t.report(30, { averageConcurrency: 6 });
    t.advance(30_000);
    expect(t.store.observe(ID, 'concurrency', t.now(), true).load).toEqual({ stable: 6 });
    t.advance(30_000);
    expect(t.store.observe(ID, 'concurrency', t.now(), true).load).toBeUndefined();
  });

  it('is not taken for silence up to the time before the clock was set back', () => {
    const t = setUp();
    t.report(30, { averageConcurrency: 6 });
    t.advance(-120_000);
    t.store.restart(t.now(), -120_000);
    expect(t.store.observe(ID, 'concurrency', t.now(), true).load).toBeUndefined();
    t.report(3, { averageConcurrency: 6 });
    expect(t.store.observe(ID, 'concurrency', t.now(), true).load).toEqual({ stable: 6, panic: 6 });
  });

  it('counts a report once, however often it arrives', () => {
    const t = setUp();
    const report = t.gateway.report([workloadLoad(ID, { averageConcurrency: 6 })]);
    for (let copy = 0; copy < 3; copy += 1) t.store.receive(report, t.now());
    expect(t.store.observe(ID, 'concurrency', t.now()).load).toEqual({ stable: 6, panic: 6 });
  });

  it('has the 95th percentile of its latencies, without cold requests', () => {
    const t = setUp();
    t.report(10, {
      latencies: [
        [latencyBucketOf(100), 95],
        [latencyBucketOf(400), 5],
      ],
      coldLatencies: [[latencyBucketOf(60_000), 50]],
    });
    const { latency } = t.store.observe(ID, 'latency', t.now());
    expect(latency?.samples).toBe(1_000);
    expect(latency?.ms).toBeGreaterThanOrEqual(100);
    expect(latency?.ms).toBeLessThan(120);
    t.advance(70_000);
    expect(t.store.observe(ID, 'latency', t.now()).latency).toBeUndefined();
  });

  it('knows since when requests wait, until none does', () => {
    const t = setUp();
    t.store.wake(t.gateway.gatewayId, ID, 20, t.now());
    expect([t.store.requestsOf(ID), t.store.heldSince(ID)]).toEqual([1, t.now() - 20]);
    t.report(1, { held: 1, wake: true });
    expect(t.store.heldSince(ID)).toBe(START - 20);
    t.report(1, { inFlight: 1 });
    expect([t.store.requestsOf(ID), t.store.heldSince(ID)]).toEqual([1, undefined]);
  });
});

describe('the reports of the gateways', () => {
  it('are complete once every gateway has reported for a whole window', () => {
    const t = setUp();
    t.report(59);
    expect(t.store.isComplete(t.now())).toBe(false);
    t.report(1);
    expect(t.store.isComplete(t.now())).toBe(true);
  });

  it.each([
    ['a report was lost', (t: ReturnType<typeof setUp>) => t.gateway.lose()],
    ['the gateway was silent for three seconds', (t) => t.store.check(NONE, t.advance(3_000))],
    [
      'another gateway has a lease and does not report',
      (t) => {
        const both = new Set([t.gateway.gatewayId, 'another']);
        t.store.check(both, t.now());
        t.advance(1_000);
        t.store.receive(t.gateway.report([]), t.now());
        t.store.check(both, t.advance(2_000));
      },
    ],
    ['the clock was set', (t) => t.store.restart(t.advance(3_600_000), 3_600_000)],
  ] as [string, (t: ReturnType<typeof setUp>) => void][])(
    'are incomplete for a window after %s',
    (_, happens) => {
      const t = setUp();
      t.report(70);
      happens(t);
      t.report(10);
      expect(t.store.isComplete(t.now())).toBe(false);
      t.report(60);
      expect(t.store.isComplete(t.now())).toBe(true);
    },
  );

  it('do not count again after their gateway was forgotten, whoever sends them', () => {
    const t = setUp();
    const other = gatewayReports('00000000-0000-4000-8000-00000000000b');
    const recorded = other.report([workloadLoad(ID, { inFlight: 2, averageConcurrency: 2 })]);
    t.report(70);
    t.store.receive(recorded, t.now());
    t.store.receive(other.report([], { final: true }), t.now());
    expect(t.store.receive(recorded, t.now())).toBe(false);
    expect([t.store.requestsOf(ID), t.store.isComplete(t.now())]).toEqual([0, true]);
  });

  it('stay complete when a gateway stops in order', () => {
    const t = setUp();
    const other = gatewayReports('00000000-0000-4000-8000-00000000000b');
    t.report(70);
    t.store.receive(other.report([workloadLoad(ID, { inFlight: 2 })]), t.now());
    t.store.receive(other.report([], { final: true }), t.now());
    t.report(10);
    expect([t.store.isComplete(t.now()), t.store.requestsOf(ID)]).toEqual([true, 0]);
  });

  it('are never complete without a gateway', () => {
    const store = new LoadStore(START);
    store.check(NONE, START + 70_000);
    expect(store.isComplete(START + 70_000)).toBe(false);
  });

  it('count the requests of a silent gateway as long as its lease is live', () => {
    const t = setUp();
    t.report(1, { inFlight: 3 });
    t.advance(10_000);
    t.store.check(new Set([t.gateway.gatewayId]), t.now());
    expect(t.store.requestsOf(ID)).toBe(3);
    t.store.check(NONE, t.now());
    expect(t.store.requestsOf(ID)).toBe(0);
  });
});

describe('a replica out of rotation', () => {
  const replica = { workloadId: ID, uid: 'uid-1', drainingSince: '2026-01-01T00:00:00.000Z' };
  const at = (inFlight: number, draining: boolean) => ({
    replicas: [{ uid: 'uid-1', pod: 'pod-1', inFlight, draining }],
  });

  it.each([
    ['serves', at(0, false), false],
    ['has requests', at(2, true), false],
    ['is drained', at(0, true), true],
    ['is not known to the gateway', {}, true],
  ])('%s', (_, load, drained) => {
    const t = setUp();
    t.report(1, load);
    expect(t.store.isDrained(replica)).toBe(drained);
  });

  it('may still get requests from a gateway that will learn of it', () => {
    const t = setUp();
    t.report(1);
    expect(t.store.isDrained({ workloadId: ID, uid: 'uid-1' })).toBe(false);
  });

  it('is not drained for a scheduler that has just started and knows no gateway yet', () => {
    const store = new LoadStore(START);
    expect(store.isDrained(replica)).toBe(false);
    store.check(NONE, START);
    expect(store.isDrained(replica)).toBe(true);
  });

  it('is asked for while a gateway does not report its workload, and is not drained', () => {
    const t = setUp();
    t.report(1);
    t.store.receive(t.gateway.report([]), t.now());
    expect(t.store.isDrained(replica)).toBe(false);
    expect(t.store.wanted).toEqual([ID]);
    t.store.receive(t.gateway.report([workloadLoad(ID)]), t.now());
    expect(t.store.isDrained(replica)).toBe(true);
    t.advance(10_000);
    t.store.check(new Set([t.gateway.gatewayId]), t.now());
    expect(t.store.wanted).toEqual([]);
  });

  it('is not drained before every gateway has reported', () => {
    const t = setUp();
    t.store.check(new Set([t.gateway.gatewayId]), t.now());
    expect(t.store.isDrained(replica)).toBe(false);
  });
});

describe('a standby, which learns of no deletion', () => {
  const OTHER = '00000000-0000-4000-9000-000000000002';

  it('forgets workloads and gateways that no report has named for hours, and nothing else', () => {
    const t = setUp();
    const dies = gatewayReports('00000000-0000-4000-8000-00000000000b');
    t.store.receive(dies.report([workloadLoad(ID), workloadLoad(OTHER)]), t.now());
    t.report(1);
    expect(t.store.size).toBe(4);
    for (let minute = 0; minute < 121; minute += 1) {
      t.store.receive(t.gateway.report([workloadLoad(ID, { inFlight: 1 })]), t.advance(60_000));
    }
    expect([t.store.size, t.store.requestsOf(ID)]).toEqual([2, 1]);
  });

  it('forgets nothing because its clock was set', () => {
    const t = setUp();
    t.report(1, { inFlight: 1 });
    t.store.restart(t.advance(86_400_000), 86_400_000);
    t.report(1, { inFlight: 1 });
    t.report(60, {});
    expect(t.store.size).toBe(2);
  });
});
