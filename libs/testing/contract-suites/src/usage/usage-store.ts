import { randomUUID } from 'node:crypto';
import type { UsageStore, UsageTransaction, UsageWorkload } from '@tessera/application-usage';
import { HOUR_MS, type Allocation, type GpuHour } from '@tessera/domain-usage';

/** The port under test. */
export interface UsageStoreUnderTest {
  readonly store: UsageStore;
  /** A cluster that the platform knows. */
  readonly clusterId: string;
  /** The stored hours, in any order. */
  hours(): Promise<readonly GpuHour[]>;
}

/** Start of an hour. Each test has workloads of its own: stores outlive a test. */
const START = Date.parse('2026-01-01T00:00:00.000Z');
const KIND = { nodePool: 'pool-a', gpuType: 'A100', migProfile: '' } as const;
const FAILURE = new Error('the work fails');

const idsOf = (allocations: readonly Allocation[]): readonly string[] =>
  allocations.map(({ podId }) => podId).sort();

/** Contract suite of {@link UsageStore}; run by the store on Postgres and by the fake. `open` is called once. */
export function usageStoreContract(open: () => Promise<UsageStoreUnderTest>): void {
  let t: UsageStoreUnderTest;
  let workload: UsageWorkload;
  beforeAll(async () => void (t = await open()));
  beforeEach(async () => {
    workload = workloadIn(t.clusterId);
    await inOne((tx) => tx.saveWorkloads([workload]));
  });

  const inOne = <T>(work: (tx: UsageTransaction) => Promise<T>): Promise<T> => t.store.transaction(work);
  const allocation = (more: Partial<Allocation> = {}): Allocation => ({
    ...KIND,
    podId: randomUUID(),
    workloadId: workload.workloadId,
    milliGpu: 500,
    startedAt: START,
    heldSequence: 1,
    ...more,
  });
  const hour = (at: number, gpuTime: number, more: Partial<GpuHour> = {}): GpuHour => ({
    ...KIND,
    workloadId: workload.workloadId,
    hour: START + at * HOUR_MS,
    gpuTime,
    ...more,
  });
  const hoursOf = async ({ workloadId } = workload): Promise<readonly (readonly [number, number])[]> =>
    (await t.hours())
      .filter((row) => row.workloadId === workloadId)
      .map((row) => [(row.hour - START) / HOUR_MS, row.gpuTime] as const)
      .sort(([a], [b]) => a - b);
  const save = async (...allocations: readonly Allocation[]): Promise<void> =>
    inOne((tx) => tx.save(allocations));
  /** A workload beside the one of the test. */
  const another = async (): Promise<UsageWorkload> => {
    const other = workloadIn(t.clusterId);
    await inOne((tx) => tx.saveWorkloads([other]));
    return other;
  };

  describe('workloads', () => {
    it('are those of known clusters; the others are left out', async () => {
      const [known, unknown] = [workloadIn(t.clusterId), workloadIn(randomUUID())];
      expect(await inOne((tx) => tx.saveWorkloads([known, unknown]))).toEqual(new Set([known.workloadId]));
      await expect(save(allocation({ workloadId: unknown.workloadId }))).rejects.toThrow();
    });

    it('can be stored again under another name, and can be none', async () => {
      const renamed = { ...workload, name: 'renamed', projectName: 'moved' };
      expect(await inOne((tx) => tx.saveWorkloads([renamed]))).toEqual(new Set([workload.workloadId]));
      expect(await inOne((tx) => tx.saveWorkloads([]))).toEqual(new Set());
    });
  });

  describe('allocations', () => {
    it('are found by their pods, whether they have ended or not, as they were saved', async () => {
      const open = allocation();
      const released = allocation({ released: { sequence: 2, at: START + 1 } });
      const missed = allocation({ missed: { sequence: 3, at: START + 2 } });
      await save(open, released, missed, allocation());
      const found = await inOne((tx) => tx.known(idsOf([open, released, missed]), []));
      expect(new Map(found.map((one) => [one.podId, one]))).toEqual(
        new Map([open, released, missed].map((one) => [one.podId, one])),
      );
    });

    it('are found by their workload while they have no end', async () => {
      const open = allocation();
      await save(open, allocation({ released: { sequence: 2, at: START + 1 } }));
      expect(idsOf(await inOne((tx) => tx.known([], [workload.workloadId])))).toEqual([open.podId]);
    });

    it('have no end where an event after their release says that the share is held', async () => {
      const heldAgain = allocation({ heldSequence: 5, released: { sequence: 2, at: START + 1 } });
      await save(heldAgain);
      expect(idsOf(await inOne((tx) => tx.known([], [workload.workloadId])))).toEqual([heldAgain.podId]);
    });

    it('are found by pod or by workload in one call, once each', async () => {
      const [ofPod, ofBoth] = [allocation({ released: { sequence: 2, at: START + 1 } }), allocation()];
      await save(ofPod, ofBoth);
      const other = allocation({ workloadId: (await another()).workloadId });
      await save(other);
      const known = (pods: readonly Allocation[], ids: readonly string[]) =>
        inOne((tx) => tx.known(idsOf(pods), ids));
      expect(idsOf(await known([ofPod], [other.workloadId]))).toEqual(idsOf([ofPod, other]));
      expect(idsOf(await known([ofPod, ofBoth], [workload.workloadId]))).toEqual(idsOf([ofPod, ofBoth]));
      expect(await known([], [])).toEqual([]);
    });

    it('are replaced by what is saved of the same pod', async () => {
      const before = allocation();
      const after = { ...before, milliGpu: 1000, released: { sequence: 4, at: START + 60_000 } };
      await save(before);
      await save(after);
      expect(await inOne((tx) => tx.known([before.podId], []))).toEqual([after]);
      expect(await inOne((tx) => tx.known([], [workload.workloadId]))).toEqual([]);
    });

    it('are held in the periods that they overlap: not from their end on, not until their start', async () => {
      const ended = allocation({
        startedAt: START + HOUR_MS,
        released: { sequence: 2, at: START + 2 * HOUR_MS },
      });
      const open = allocation({ startedAt: START + 3 * HOUR_MS });
      await save(ended, open);
      const heldIn = async (from: number, to: number): Promise<readonly string[]> => {
        const period = { from: START + from * HOUR_MS, to: START + to * HOUR_MS };
        return idsOf(await inOne((tx) => tx.heldIn(period, workload.workloadId)));
      };
      expect(await heldIn(0, 1)).toEqual([]);
      expect(await heldIn(1, 2)).toEqual([ended.podId]);
      expect(await heldIn(2, 3)).toEqual([]);
      expect(await heldIn(9, 10)).toEqual([open.podId]);
      expect(await heldIn(0, 4)).toEqual(idsOf([ended, open]));
    });

    it('of every workload are held in a period that names none', async () => {
      const mine = allocation();
      await save(mine, allocation({ workloadId: (await another()).workloadId }));
      const period = { from: START, to: START + HOUR_MS };
      expect(await inOne((tx) => tx.heldIn(period, workload.workloadId))).toEqual([mine]);
      const workloads = (await inOne((tx) => tx.heldIn(period))).map(({ workloadId }) => workloadId);
      expect(new Set(workloads).size).toBeGreaterThan(1);
    });
  });

  describe('hours', () => {
    const period = (from: number, to: number) => ({ from: START + from * HOUR_MS, to: START + to * HOUR_MS });

    it('of a workload are replaced within the period, whose end does not belong to it', async () => {
      const other = await another();
      await inOne((tx) =>
        tx.replaceHours(period(0, 3), [hour(0, 1), hour(1, 1), hour(2, 1)], workload.workloadId),
      );
      const { workloadId } = other;
      await inOne((tx) => tx.replaceHours(period(0, 3), [hour(1, 7, { workloadId })], workloadId));
      await inOne((tx) => tx.replaceHours(period(1, 2), [hour(1, 2)], workload.workloadId));
      expect(await hoursOf()).toEqual([
        [0, 1],
        [1, 2],
        [2, 1],
      ]);
      expect(await hoursOf(other)).toEqual([[1, 7]]);
    });

    it('of all workloads are replaced at once', async () => {
      const other = await another();
      const { workloadId } = other;
      await inOne((tx) =>
        tx.replaceHours(period(0, 2), [hour(0, 1), hour(1, 1), hour(1, 2, { workloadId })]),
      );
      await inOne((tx) => tx.replaceHours(period(1, 2), [hour(1, 3)]));
      expect([await hoursOf(), await hoursOf(other)]).toEqual([
        [
          [0, 1],
          [1, 3],
        ],
        [],
      ]);
    });

    it('are one for a workload, an hour and a kind of GPU', async () => {
      const kinds = [hour(0, 1), hour(0, 2, { gpuType: 'H100' }), hour(0, 3, { migProfile: '1g.10gb' })];
      await inOne((tx) => tx.replaceHours(period(0, 1), kinds, workload.workloadId));
      expect(await hoursOf()).toHaveLength(3);
      await expect(
        inOne((tx) => tx.replaceHours(period(1, 2), [hour(1, 1), hour(1, 2)], workload.workloadId)),
      ).rejects.toThrow();
      expect(await hoursOf()).toHaveLength(3);
    });

    it('of workloads that are not stored are refused', async () => {
      const unknown = hour(0, 1, { workloadId: randomUUID() });
      await expect(
        inOne((tx) => tx.replaceHours(period(0, 1), [unknown], unknown.workloadId)),
      ).rejects.toThrow();
    });
  });

  describe('a transaction', () => {
    it('returns what its work returns', async () => {
      expect(await inOne(async () => 'done')).toBe('done');
    });

    it('that fails leaves nothing behind', async () => {
      const before = await inOne((tx) => tx.settledUntil());
      const [known, added] = [allocation(), workloadIn(t.clusterId)];
      await save(known);
      await expect(
        inOne(async (tx) => {
          await tx.saveWorkloads([added]);
          await tx.save([{ ...known, milliGpu: 1000 }, allocation()]);
          await tx.replaceHours({ from: START, to: START + HOUR_MS }, [hour(0, 1)], workload.workloadId);
          await tx.settle(before + HOUR_MS);
          throw FAILURE;
        }),
      ).rejects.toBe(FAILURE);
      expect(await inOne((tx) => tx.settledUntil())).toBe(before);
      expect(await hoursOf()).toEqual([]);
      expect(await inOne((tx) => tx.known([], [workload.workloadId]))).toEqual([known]);
      await expect(save(allocation({ workloadId: added.workloadId }))).rejects.toThrow();
    });

    it('sees what it has written', async () => {
      const written = allocation();
      const found = await inOne(async (tx) => {
        await tx.save([written]);
        return tx.known([written.podId], []);
      });
      expect(found).toEqual([written]);
    });

    it('runs alone: of many at once, each goes on from what the one before it has stored', async () => {
      const before = await inOne((tx) => tx.settledUntil());
      const settleOneMore = () => inOne(async (tx) => tx.settle((await tx.settledUntil()) + HOUR_MS));
      await Promise.all(Array.from({ length: 6 }, settleOneMore));
      expect(await inOne((tx) => tx.settledUntil())).toBe(before + 6 * HOUR_MS);
    });

    it('runs after one that failed', async () => {
      const failed = inOne(() => Promise.reject(FAILURE));
      const after = inOne(async () => 'done');
      await expect(failed).rejects.toBe(FAILURE);
      expect(await after).toBe('done');
    });
  });
}

const workloadIn = (clusterId: string): UsageWorkload => ({
  workloadId: randomUUID(),
  name: 'chat',
  clusterId,
  ...{ projectId: '1', projectName: 'project-1', departmentId: '2', departmentName: 'department-2' },
});
