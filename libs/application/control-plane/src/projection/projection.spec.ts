import { formatSequence, SAMPLE_ATTRIBUTES, SAMPLES, type WorkloadState } from '@tessera/contracts-events';
import type { WorkloadRecord } from '../workloads/model';
import type { WorkloadTransaction } from '../workloads/ports';
import { project } from './projection';

/** A workload in memory, and the application of states to it. */
function shown() {
  let workload = {
    id: SAMPLES.state.workloadId,
    phase: 'Creating',
    desiredPhase: 'Running',
    observed: { sequence: 0 },
  } as WorkloadRecord;
  const tx: Pick<WorkloadTransaction, 'claim' | 'lock' | 'pods' | 'savePods' | 'save'> = {
    claim: async () => true,
    lock: async () => workload,
    pods: async () => [],
    savePods: async () => undefined,
    save: async (saved) => void (workload = saved),
  };
  const store = {
    transaction: <T>(work: (given: WorkloadTransaction) => Promise<T>) => work(tx as WorkloadTransaction),
  };
  let sequence = 0;
  const take = async (change: Partial<WorkloadState>): Promise<WorkloadRecord> => {
    sequence += 1;
    const attributes = { ...SAMPLE_ATTRIBUTES, id: `event-${sequence}`, sequence: formatSequence(sequence) };
    const data = { ...SAMPLES.state, sequence, ...change };
    await project({ store: store as never, newId: () => 'id' }, { name: 'state', attributes, data });
    return workload;
  };
  return { take };
}

const [EARLY, LATE, LAST] = [
  '2026-01-01T12:00:00.000Z',
  '2026-01-01T12:01:00.000Z',
  '2026-01-01T12:02:00.000Z',
];

describe('the time at which a workload was completed', () => {
  it('is that of its first state of failure, and ends when the workload recovers', async () => {
    const t = shown();
    expect((await t.take({ phase: 'Running', phaseUpdatedAt: EARLY })).completedAt).toBeUndefined();
    expect((await t.take({ phase: 'Failed', phaseUpdatedAt: EARLY })).completedAt).toBe(EARLY);
    expect((await t.take({ phase: 'Failed', phaseUpdatedAt: LATE })).completedAt).toBe(EARLY);
    expect((await t.take({ phase: 'Running', phaseUpdatedAt: LATE })).completedAt).toBeUndefined();
    expect((await t.take({ phase: 'Failed', phaseUpdatedAt: LAST })).completedAt).toBe(LAST);
  });
});
