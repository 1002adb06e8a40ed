import { PodMetricType, WorkloadMetricType } from '@tessera/contracts-rest';
import { POD_METRICS, WORKLOAD_METRICS } from '@tessera/domain-measurement';

describe('the metric types that can be asked for', () => {
  it.each([
    ['of a workload', WorkloadMetricType.options, WORKLOAD_METRICS],
    ['of a pod', PodMetricType.options, POD_METRICS],
  ] as const)('%s are those that can be computed', (_scope, asked, computed) =>
    expect([...asked].sort()).toEqual([...computed].sort()),
  );
});
