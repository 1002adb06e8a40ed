import type { Scope } from '@tessera/application-measuring';
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

/** By the kind of their scope; projects and departments each have rows of their own. */
const TYPES = {
  workload: WorkloadMetricType.options,
  pod: PodMetricType.options,
  cluster: [...ClusterMetricType.options, ...MEASURED_NODE_TELEMETRY, ...HOLDER_METRICS],
  'node-pool': [...ClusterMetricType.options, ...MEASURED_NODE_TELEMETRY],
  node: NodeMetricType.options,
  project: OrgUnitMetricType.options,
  department: OrgUnitMetricType.options,
} as const;

const kindOf = (scope: Scope): string => (scope.kind === 'org-unit' ? scope.orgUnit : scope.kind);

const hasValue = (want: number | Readonly<Record<string, number>>): boolean =>
  typeof want === 'number' || Object.keys(want).length > 0;

describe('the rows of metric types', () => {
  it.each(Object.entries(TYPES))(
    'have a value for every type of a %s, or name it as empty',
    (kind, types) => {
      const rows = Object.values(ROWS).filter(({ scope }) => kindOf(scope) === kind);
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
