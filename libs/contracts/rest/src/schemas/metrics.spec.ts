import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ClusterMetricType,
  NodeMetricType,
  OrgUnitMetricType,
  PodMetricType,
  WorkloadMetricType,
} from './metrics';
import { NodeTelemetryType, OrgUnitTelemetryType, WorkloadTelemetryType } from './organisation/telemetry';

const reference = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/metric-types-2.24.json'), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

describe('types of measurements and telemetry', () => {
  it.each([
    ['WorkloadMetricType', WorkloadMetricType],
    ['InferenceWorkloadMetricType', WorkloadMetricType],
    ['PodMetricType', PodMetricType],
    ['InferencePodMetricType', PodMetricType],
    ['MetricsType', ClusterMetricType],
    ['NodeMetricType', NodeMetricType],
    ['OrgUnitMetricType', OrgUnitMetricType],
    ['WorkloadTelemetryType', WorkloadTelemetryType],
    ['NodeTelemetryType', NodeTelemetryType],
    ['OrgUnitTelemetryType', OrgUnitTelemetryType],
  ] as const)('are all those of %s of the reference', (name, { options }) => {
    const theirs = reference[name] ?? [];
    expect(theirs.length).toBeGreaterThan(1);
    expect(theirs.filter((type) => !(options as readonly string[]).includes(type))).toEqual([]);
  });
});
