import { formatValue } from './format-value';
import { meets, namesIn } from './expression';
import { planFor, POD_METRICS, seriesInUse, WORKLOAD_METRICS } from './metric-types';
import { SERIES } from './series';

const WORKLOAD = { workloadId: 'w', namespace: 'n' };
const POD = { ...WORKLOAD, pod: 'p' };

describe('the table of metric types', () => {
  it('has a plan for every type of its scope and none for others', () => {
    for (const type of WORKLOAD_METRICS) expect(planFor(type, WORKLOAD, 1)).toBeDefined();
    for (const type of POD_METRICS) expect(planFor(type, POD, 1)).toBeDefined();
    expect(planFor('POD_COUNT', POD, 1)).toBeUndefined();
    expect(planFor('GPU_UTILIZATION_PER_GPU', WORKLOAD, 1)).toBeUndefined();
    expect(planFor('toString', WORKLOAD, 1)).toBeUndefined();
  });

  it('reads throughput and latency from the gateway', () => {
    expect(namesIn(planFor('THROUGHPUT', WORKLOAD, 1) as never)).toEqual([SERIES.gatewayRequests]);
    expect(namesIn(planFor('LATENCY', WORKLOAD, 1) as never)).toEqual([
      `${SERIES.gatewaySeconds}_sum`,
      `${SERIES.gatewaySeconds}_count`,
    ]);
  });

  it('tells a pod apart by its name', () => {
    expect(JSON.stringify(planFor('CPU_USAGE_CORES', POD, 1))).toContain('"label":"pod"');
    expect(JSON.stringify(planFor('CPU_USAGE_CORES', WORKLOAD, 1))).not.toContain('"label":"pod"');
  });

  it('keeps histogram buckets out of what a store has to hold', () => {
    const names = seriesInUse();
    expect(names.has(`${SERIES.gatewaySeconds}_sum`)).toBe(true);
    expect([...names].filter((name) => name.endsWith('_bucket'))).toEqual([]);
  });
});

describe('a condition on a label', () => {
  it.each([
    [{ label: 'a', is: 'equal', value: 'x' }, { a: 'x' }, true],
    [{ label: 'a', is: 'equal', value: '' }, {}, true],
    [{ label: 'a', is: 'not-equal', value: '' }, {}, false],
    [{ label: 'a', is: 'not-equal', value: '' }, { a: 'x' }, true],
    [{ label: 'a', is: 'one-of', values: ['x', 'y'] }, { a: 'y' }, true],
    [{ label: 'a', is: 'one-of', values: ['x', 'y'] }, { a: 'z' }, false],
  ] as const)('%j on %j: %s', (matcher, labels, want) => expect(meets(labels, matcher)).toBe(want));
});

describe('a value as text', () => {
  it.each([
    [85, '85'],
    [0.5, '0.5'],
    [0.1 + 0.2, '0.3'],
    [1e-9, '0'],
    [-1e-9, '0'],
    [80_530_636_800, '80530636800'],
    [1e22, '10000000000000000000000'],
    [100, '100'],
    [NaN, undefined],
    [Infinity, undefined],
  ])('%d is %s', (value, want) => expect(formatValue(value)).toBe(want));
});
