import { ENGINE_SERIES, SERIES } from '@tessera/contracts-metrics';
import { PodMetricType, WorkloadMetricType } from '@tessera/contracts-rest';
import { equal, namesIn, notEqual, rate, select, sum } from '@tessera/domain-measurement';
import { planFor, seriesInUse } from '.';

const WORKLOAD = { kind: 'workload', workloadId: 'w', namespace: 'n' } as const;
const POD = { ...WORKLOAD, kind: 'pod', pod: 'p' } as const;

describe('the table of metric types', () => {
  it('has a plan for every type of its scope and none for others', () => {
    for (const type of WorkloadMetricType.options) expect(planFor(type, WORKLOAD, 1)).toBeDefined();
    for (const type of PodMetricType.options) expect(planFor(type, POD, 1)).toBeDefined();
    expect(planFor('POD_COUNT', POD, 1)).toBeUndefined();
    expect(planFor('GPU_UTILIZATION_PER_GPU', WORKLOAD, 1)).toBeUndefined();
    expect(planFor('toString', WORKLOAD, 1)).toBeUndefined();
  });

  it('reads throughput and latency from the gateway', () => {
    expect(namesIn(planFor('THROUGHPUT', WORKLOAD, 1) as never)).toEqual([SERIES.gatewayRequests]);
    expect(namesIn(planFor('LATENCY', WORKLOAD, 1) as never)).toEqual([
      `${SERIES.gatewaySeconds}_sum`,
      SERIES.gatewaySeconds,
      `${SERIES.gatewaySeconds}_count`,
      SERIES.gatewaySeconds,
    ]);
  });

  it('asks for no more than a selector where a series carries the id of the workload', () => {
    const requests = select(SERIES.gatewayRequests, equal('workload_id', 'w'));
    expect(planFor('THROUGHPUT', WORKLOAD, 9_000)).toEqual(sum(rate(requests, 9_000)));
  });

  it('reads what nothing has renamed in one selector, limited to the pods before anything is joined', () => {
    const own = select(
      SERIES.workingSet,
      notEqual('container', ''),
      notEqual('container', 'POD'),
      equal('namespace', 'n'),
      equal('exported_namespace', ''),
      equal('exported_pod', ''),
    );
    const text = JSON.stringify(planFor('CPU_MEMORY_USAGE_BYTES', WORKLOAD, 1));
    expect(text).toContain(`{"op":"and","of":${JSON.stringify(own)},"on":["namespace","pod"]`);
  });

  it('reads quantiles of latency from the buckets, and from the native histogram', () => {
    expect(new Set(namesIn(planFor('LATENCY_P95', WORKLOAD, 1) as never))).toEqual(
      new Set([`${SERIES.gatewaySeconds}_bucket`, SERIES.gatewaySeconds]),
    );
  });

  it('distinguishes pods by their names', () => {
    expect(JSON.stringify(planFor('CPU_USAGE_CORES', POD, 1))).toContain('"label":"pod"');
    expect(JSON.stringify(planFor('CPU_USAGE_CORES', WORKLOAD, 1))).not.toContain('"label":"pod"');
  });

  it('names the buckets of latency for a store to hold, and of the histograms of model servers', () => {
    const names = seriesInUse();
    const some = [`${SERIES.gatewaySeconds}_sum`, SERIES.podPhase, SERIES.resourceRequests, SERIES.nodeInfo];
    expect(some.filter((name) => !names.has(name))).toEqual([]);
    const { firstToken, wholeRequest } = ENGINE_SERIES;
    expect([...names].filter((name) => name.endsWith('_bucket')).sort()).toEqual(
      [SERIES.gatewaySeconds, ...firstToken, ...wholeRequest].map((name) => `${name}_bucket`).sort(),
    );
  });
});
