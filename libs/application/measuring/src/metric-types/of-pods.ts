import {
  and,
  equal,
  firstOf,
  max,
  notEqual,
  relabelled,
  select,
  sum,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

/** What is read of a selection: its newest values, or a rate. */
export type Read = (of: Selection) => Expression;
export const newest: Read = (of) => of;

/**
 * Prometheus puts the labels of the scraped target first: where a series has one of the same name, that becomes
 * `exported_…`, unless the scrape honours labels. Both forms are read, and the label has its own name in the result.
 */
const EXPORTED = ['namespace', 'pod'] as const;
type Placed = Partial<Record<(typeof EXPORTED)[number], string>>;

/** The conditions under which a series is of that place, one list for each form that its labels may have. */
const formsOf = (placed: Placed): readonly (readonly Matcher[])[] =>
  EXPORTED.reduce<readonly (readonly Matcher[])[]>(
    (forms, label) => {
      const value = placed[label];
      if (value === undefined) return forms;
      return forms.flatMap((form) => [
        [...form, equal(label, value), equal(`exported_${label}`, '')],
        [...form, equal(`exported_${label}`, value)],
      ]);
    },
    [[]],
  );

const placedSeries = (name: string, placed: Placed, matchers: readonly Matcher[], read: Read): Expression => {
  const [first = [], ...others] = formsOf(placed).map((form) => [...matchers, ...form]);
  const forms = firstOf(read(select(name, ...first)), ...others.map((form) => read(select(name, ...form))));
  return EXPORTED.reduce((of, label) => relabelled(of, `exported_${label}`, label), forms);
};

const podOf = (scope: PodsScope): Placed => (scope.kind === 'pod' ? { pod: scope.pod } : {});

/** Series that carry the workload's id themselves. */
export const own = (
  name: string,
  scope: PodsScope,
  read: Read = newest,
  ...matchers: readonly Matcher[]
): Expression =>
  placedSeries(name, podOf(scope), [equal('workload_id', scope.workloadId), ...matchers], read);

/** Series of exporters that know pods only, of the project's namespace, or of the one pod where the scope is one. */
export const podSeries = (
  name: string,
  scope: PodsScope,
  matchers: readonly Matcher[] = [],
  read: Read = newest,
): Expression => placedSeries(name, { namespace: scope.namespace, ...podOf(scope) }, matchers, read);

/**
 * Limited to pods of the project's namespace labelled with the workload's id. Several exporters of pod labels are as
 * good as one.
 */
export const ofPods = (of: Expression, scope: PodsScope): Expression =>
  and(of, ['namespace', 'pod'], podSeries(SERIES.podLabels, scope, [equal(OWNER_LABEL, scope.workloadId)]));

/**
 * One series for each combination of the labels, which tell apart what exists: an exporter that runs twice, or is
 * scraped twice, counts once.
 */
export const distinct = (of: Expression, ...labels: readonly string[]): Expression => max(of, ...labels);

const CONTAINER = ['namespace', 'pod', 'container'] as const;

/** cAdvisor has further series for the pod's cgroup and its pause container, which would count everything twice. */
export const CONTAINERS = [notEqual('container', ''), notEqual('container', 'POD')];

/** Sum of a gauge of an exporter over the containers of the pods of the scope. */
export const gauge =
  (name: string, ...matchers: Matcher[]): Plan<PodsScope> =>
  (scope) =>
    sum(distinct(ofPods(podSeries(name, scope, matchers), scope), ...CONTAINER));

/** The same of a counter's increase per second; `id` tells the runs of a container apart. */
export const counter =
  (name: string, read: (windowMs: number) => Read, ...matchers: Matcher[]): Plan<PodsScope> =>
  (scope, windowMs) =>
    sum(distinct(ofPods(podSeries(name, scope, matchers, read(windowMs)), scope), ...CONTAINER, 'id'));
