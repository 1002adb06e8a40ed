import {
  equal,
  select,
  sum,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

const podOf = (scope: PodsScope): readonly Matcher[] =>
  scope.kind === 'pod' ? [equal('pod', scope.pod)] : [];

/** Series that carry the workload's id themselves. */
export const own = (name: string, scope: PodsScope): Selection =>
  select(name, equal('workload_id', scope.workloadId), ...podOf(scope));

/**
 * Series of exporters that know pods only, limited to pods of the project's namespace labelled with the workload's id.
 */
export const ofPods = (of: Expression, { workloadId, namespace }: PodsScope): Expression => ({
  op: 'and',
  of,
  on: ['namespace', 'pod'],
  where: select(SERIES.podLabels, equal(OWNER_LABEL, workloadId), equal('namespace', namespace)),
});

/** Series of an exporter, of the one pod where the scope is one. */
export const podSelection = (name: string, scope: PodsScope, ...matchers: Matcher[]): Selection =>
  select(name, ...podOf(scope), ...matchers);

/** Sum of a gauge of an exporter over the pods of the scope. */
export const gauge =
  (name: string, ...matchers: Matcher[]): Plan<PodsScope> =>
  (scope) =>
    sum(ofPods(podSelection(name, scope, ...matchers), scope));
