import { formatSequence, SAMPLE_ATTRIBUTES, SAMPLES, type WorkloadState } from '@tessera/contracts-events';
import type { WorkloadRecord } from '../workloads/model';
import { stubOf } from '@tessera/testing-builders';
import type { WorkloadStore, WorkloadTransaction } from '../workloads/ports';
import { project } from './projection';

/** A workload before its first state. */
const CREATING = {
  id: SAMPLES.state.workloadId,
  phase: 'Creating',
  desiredPhase: 'Running',
  observed: { sequence: 0 },
} as WorkloadRecord;

/** What is saved of a workload when its next state arrives. */
async function withState(workload: WorkloadRecord, change: Partial<WorkloadState>): Promise<WorkloadRecord> {
  const saved: WorkloadRecord[] = [];
  const tx = stubOf<WorkloadTransaction>({
    claim: async () => true,
    lock: async () => workload,
    pods: async () => [],
    savePods: async () => undefined,
    save: async (one) => void saved.push(one),
  });
  const store = stubOf<WorkloadStore>({ transaction: (work) => work(tx) });
  const sequence = workload.observed.sequence + 1;
  const attributes = { ...SAMPLE_ATTRIBUTES, id: `event-${sequence}`, sequence: formatSequence(sequence) };
  const data = { ...SAMPLES.state, sequence, ...change };
  await project({ store, newId: () => 'id' }, { name: 'state', attributes, data });
  const [after] = saved;
  if (after === undefined) throw new Error('the state was not saved');
  return after;
}

const [EARLY, LATE, LAST] = [
  '2026-01-01T12:00:00.000Z',
  '2026-01-01T12:01:00.000Z',
  '2026-01-01T12:02:00.000Z',
];

describe('the time at which a workload was completed', () => {
  it('is that of its first state of failure, and ends when the workload recovers', async () => {
    const states = [
      { phase: 'Running', phaseUpdatedAt: EARLY },
      { phase: 'Failed', phaseUpdatedAt: EARLY },
      { phase: 'Failed', phaseUpdatedAt: LATE },
      { phase: 'Running', phaseUpdatedAt: LATE },
      { phase: 'Failed', phaseUpdatedAt: LAST },
    ] as const;
    const completed: (string | undefined)[] = [];
    let workload = CREATING;
    for (const state of states) {
      workload = await withState(workload, state);
      completed.push(workload.completedAt);
    }
    expect(completed).toEqual([undefined, EARLY, EARLY, undefined, LAST]);
  });
});
