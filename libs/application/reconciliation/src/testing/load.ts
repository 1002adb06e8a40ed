import type { LoadReport, WakeRequest, WorkloadLoad } from '@tessera/contracts-internal';

/** Load of a workload in a report: nothing, changed as given. */
export const workloadLoad = (workloadId: string, change: Partial<WorkloadLoad> = {}): WorkloadLoad => ({
  workloadId,
  inFlight: 0,
  held: 0,
  started: 0,
  finished: 0,
  averageConcurrency: 0,
  latencies: [],
  coldLatencies: [],
  wake: false,
  replicas: [],
  coldStarts: [],
  ...change,
});

/** Reports of one gateway, numbered in order, each about one second. */
export function gatewayReports(gatewayId = '00000000-0000-4000-8000-00000000000a') {
  let sequence = 0;
  let wakes = 0;
  return {
    gatewayId,
    /** The next report gets lost. */
    lose: () => void (sequence += 1),
    wake: (...workloads: WakeRequest['workloads']): WakeRequest => ({
      gatewayId,
      sequence: (wakes += 1),
      workloads,
    }),
    report: (
      workloads: readonly WorkloadLoad[],
      change: Partial<Omit<LoadReport, 'workloads'>> = {},
    ): LoadReport => ({
      gatewayId,
      sequence: (sequence += 1),
      intervalMs: 1_000,
      final: false,
      workloads: [...workloads],
      ...change,
    }),
  };
}
