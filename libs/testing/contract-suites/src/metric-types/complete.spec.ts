import { HOLDER_METRICS } from '@tessera/contracts-internal';
import {
  ClusterMetricType,
  MEASURED_NODE_TELEMETRY,
  NodeMetricType,
  OrgUnitMetricType,
  PodMetricType,
  WorkloadMetricType,
} from '@tessera/contracts-rest';
import { ALWAYS_EMPTY, ROWS } from './rows';

const TYPES = {
  workload: WorkloadMetricType.options,
  pod: PodMetricType.options,
  cluster: [...ClusterMetricType.options, ...MEASURED_NODE_TELEMETRY, ...HOLDER_METRICS],
  'node-pool': [...ClusterMetricType.options, ...MEASURED_NODE_TELEMETRY],
  node: NodeMetricType.options,
  'org-unit': OrgUnitMetricType.options,
} as const;

const hasValue = (want: number | Readonly<Record<string, number>>): boolean =>
  typeof want === 'number' || Object.keys(want).length > 0;

describe('the rows of metric types', () => {
  it.each(Object.entries(TYPES))(
    'have a value for every type of a %s, or name it as empty',
    (kind, types) => {
      const rows = Object.values(ROWS).filter(({ scope }) => scope.kind === kind);
      const valued = new Set(
        rows.flatMap((row) =>
          Object.entries(row.types)
            .filter(([, want]) => hasValue(want))
            .map(([type]) => type),
        ),
      );
      const asked = new Set(rows.flatMap((row) => Object.keys(row.types)));
      expect(types.filter((type) => !valued.has(type) && !ALWAYS_EMPTY.has(type))).toEqual([]);
      expect(
        types.filter((type) => ALWAYS_EMPTY.has(type) && (!asked.has(type) || valued.has(type))),
      ).toEqual([]);
    },
  );
});
