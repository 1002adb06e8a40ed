import {
  and,
  equal,
  max,
  notEqual,
  select,
  sum,
  type Expression,
  type Matcher,
} from '@tessera/domain-measurement';
import { OWNER_LABEL, SERIES } from '@tessera/contracts-metrics';
import { exposedSeries, withOwnNames, type Read } from '../exposed-series';
import type { Plan } from './plan';
import type { PodsScope } from './scope';

/** Series that carry the workload's id themselves; they keep the labels that Prometheus gives them. */
export const own = (name: string, scope: PodsScope, read?: Read, ...more: readonly Matcher[]): Expression =>
  exposedSeries({
    name,
    labels: scope.kind === 'pod' ? [['pod', scope.pod]] : [],
    matchers: [equal('workload_id', scope.workloadId), ...more],
    read,
  });

const placeOf = (scope: PodsScope) =>
  [
    ['namespace', scope.namespace],
    ['pod', scope.kind === 'pod' ? scope.pod : undefined],
  ] as const;

/**
 * Limited to pods that are labelled with the workload's id; `of` is of the project's namespace. Several exporters of pod
 * labels are as good as one.
 */
export const ofPods = (of: Expression, scope: PodsScope): Expression =>
  and(
    of,
    ['namespace', 'pod'],
    withOwnNames(select(SERIES.podLabels, equal(OWNER_LABEL, scope.workloadId)), 'namespace', 'pod'),
  );

/** Series of exporters that know pods only: of the workload's pods, or of the one pod where the scope is one. */
export const podSeries = (
  name: string,
  scope: PodsScope,
  matchers: readonly Matcher[] = [],
  read?: Read,
): Expression =>
  exposedSeries({ name, labels: placeOf(scope), matchers, read }, (series) => ofPods(series, scope));

/** The same of the whole namespace, to be limited later: for exporters that few nodes have. */
export const namespaceSeries = (name: string, scope: PodsScope): Expression =>
  exposedSeries({ name, labels: placeOf(scope) });

/**
 * One series for each combination of the labels, which tell apart what exists: an exporter that runs twice, or is
 * scraped twice, counts once.
 */
export const distinct = (of: Expression, ...labels: readonly string[]): Expression => max(of, ...labels);

/** What tells containers apart. */
export const CONTAINER = ['namespace', 'pod', 'container'] as const;

/** cAdvisor has further series for the pod's cgroup and its pause container, which would count everything twice. */
export const CONTAINERS = [notEqual('container', ''), notEqual('container', 'POD')];

/** Sum of a gauge of an exporter over the containers of the pods of the scope. */
export const gauge =
  (name: string, ...matchers: Matcher[]): Plan<PodsScope> =>
  (scope) =>
    sum(distinct(podSeries(name, scope, matchers), ...CONTAINER));

/** The same of a counter's increase per second; `id` distinguishes the runs of a container. */
export const counter =
  (name: string, read: (windowMs: number) => Read, ...matchers: Matcher[]): Plan<PodsScope> =>
  (scope, windowMs) =>
    sum(distinct(podSeries(name, scope, matchers, read(windowMs)), ...CONTAINER, 'id'));
