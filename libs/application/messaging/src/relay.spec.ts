import type { DrainLimits, Drained, OutboxRow, ParkedRow } from './ports';
import { Relay, type RelayOptions } from './relay';

const row: OutboxRow = { id: '1', topic: 't', key: 'k', headers: {}, value: 'v' };

/** A relay on an outbox whose drains return the given results in sequence; pauses of one second each end at once. */
function relayOn(
  looks: readonly (Drained | Error)[],
  options: Partial<RelayOptions> = {},
  parked: readonly ParkedRow[] = [],
) {
  let now = 0;
  const waiting = [...looks];
  let idle: () => void = () => undefined;
  const allLooked = new Promise<void>((resolve) => (idle = resolve));
  const relay = new Relay({
    outbox: {
      lag: async () => ({ rows: 0, oldestMs: 0, parked: 0 }),
      parked: async () => parked,
      join: async () => ({
        leave: async () => undefined,
        drain: async (_limits: DrainLimits) => {
          const reconcile = waiting.shift();
          if (reconcile instanceof Error) throw reconcile;
          return reconcile ?? { published: 0, parked: [], more: false };
        },
      }),
    },
    log: { publish: async () => undefined },
    pacing: {
      elapsedMs: () => now,
      pause: (_ms, signal) => {
        now += 1_000;
        if (waiting.length > 0) return Promise.resolve();
        idle();
        return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
      },
      backoffMs: () => 1,
    },
    onFailure: () => undefined,
    ...options,
  });
  return { relay, allLooked };
}

describe('a relay', () => {
  it('reports parked and published rows', async () => {
    const reported: string[] = [];
    const { relay, allLooked } = relayOn(
      [{ published: 3, parked: [{ row, reason: 'too large' }], more: false }],
      {
        onPublished: (rows) => void reported.push(`published ${rows}`),
        onParked: (rows) => void reported.push(...rows.map(({ row: { key }, reason }) => `${key} ${reason}`)),
      },
    );
    await relay.start();
    await allLooked;
    expect(reported).toEqual(['published 3', 'k too large']);
    await relay.stop();
  });

  describe('reports a parked row', () => {
    const parked = (id: string): ParkedRow => ({ row: { ...row, id }, reason: 'too large' });
    const drained = (...rows: readonly ParkedRow[]): Drained => ({ published: 0, parked: rows, more: false });
    const idle = (rounds: number): Drained[] => Array.from({ length: rounds }, () => drained());

    it('once, in the round that parks it', async () => {
      const reported: string[] = [];
      const all: ParkedRow[] = [];
      const report = async ({ row: { id } }: ParkedRow): Promise<void> => void reported.push(id);
      const { relay, allLooked } = relayOn([...idle(2), drained(parked('2')), ...idle(70)], { report }, all);
      await relay.start();
      all.push(parked('2'));
      await allLooked;
      expect(reported).toEqual(['2']);
      await relay.stop();
    });

    it('that an earlier relay left unreported', async () => {
      const reported: string[] = [];
      const report = async ({ row: { id } }: ParkedRow): Promise<void> => void reported.push(id);
      const { relay, allLooked } = relayOn(idle(2), { report }, [parked('1'), parked('2')]);
      await relay.start();
      await allLooked;
      expect(reported).toEqual(['1', '2']);
      await relay.stop();
    });

    it('again while that fails, and publishes meanwhile', async () => {
      const tried: string[] = [];
      let published = 0;
      const failures: unknown[] = [];
      const report = async ({ row: { id } }: ParkedRow): Promise<void> => {
        tried.push(id);
        if (tried.length < 3) throw new Error('the database is away');
      };
      const rounds = Array.from({ length: 100 }, () => ({ published: 1, parked: [], more: false }));
      const { relay, allLooked } = relayOn(
        rounds,
        {
          report,
          onUnreported: (error) => void failures.push(error),
          onPublished: (rows) => void (published += rows),
        },
        [parked('1')],
      );
      await relay.start();
      await allLooked;
      expect(tried).toEqual(['1', '1', '1']);
      expect(failures).toHaveLength(2);
      expect(published).toBe(100);
      expect(relay.stuck()).toBeUndefined();
      await relay.stop();
    });
  });

  it('is stuck, with the cause, after half a minute of failures, and not once a row has left', async () => {
    const failures = Array.from({ length: 40 }, () => new Error('the brokers are unavailable'));
    const stuck = relayOn(failures);
    expect(stuck.relay.stuck()).toBeUndefined();
    await stuck.relay.start();
    await stuck.allLooked;
    expect(stuck.relay.stuck()).toMatch(/^no row could be published for 4\d s: the brokers are unavailable$/);
    await stuck.relay.stop();

    const freed = relayOn([...failures, { published: 1, parked: [], more: false }]);
    await freed.relay.start();
    await freed.allLooked;
    expect(freed.relay.stuck()).toBeUndefined();
    await freed.relay.stop();
  });
});
