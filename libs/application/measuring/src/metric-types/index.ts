import { namesIn, type Expression } from '@tessera/domain-measurement';
import { CLUSTER_PLANS } from './cluster';
import { HOLDER_PLANS } from './devices';
import { NODE_PLANS } from './node';
import { NODE_TELEMETRY_PLANS } from './node-telemetry';
import { ORG_UNIT_PLANS } from './org-unit';
import type { Plan } from './plan';
import type { Scope } from './scope';
import { POD_PLANS, WORKLOAD_PLANS } from './tables';

export { withAttribution } from './attribution';
export { DISTRIBUTIONS } from './serving/engines';
export type { Scope } from './scope';

type Kind = Scope['kind'];
type ScopeOf<K extends Kind> = Extract<Scope, { readonly kind: K }>;

/** The metric types of each scope. */
const PLANS: { readonly [K in Kind]: Readonly<Record<string, Plan<ScopeOf<K>>>> } = {
  workload: WORKLOAD_PLANS,
  pod: POD_PLANS,
  cluster: { ...CLUSTER_PLANS, ...NODE_TELEMETRY_PLANS, ...HOLDER_PLANS },
  'node-pool': { ...CLUSTER_PLANS, ...NODE_TELEMETRY_PLANS },
  node: NODE_PLANS,
  'org-unit': ORG_UNIT_PLANS,
};

/** A scope of each kind, for what all scopes of the kind have in common. */
const EXAMPLES: { readonly [K in Kind]: ScopeOf<K> } = {
  workload: { kind: 'workload', workloadId: '', namespace: '' },
  pod: { kind: 'pod', workloadId: '', namespace: '', pod: '' },
  cluster: { kind: 'cluster', clusterId: '' },
  'node-pool': { kind: 'node-pool', clusterId: '', nodePool: '' },
  node: { kind: 'node', clusterId: '', node: '' },
  'org-unit': { kind: 'org-unit', orgUnit: 'project', id: '', namespaces: [''], nodePool: '' },
};

/**
 * How a metric type is computed for a scope; rates look back over `windowMs`. Undefined for a type that the scope does
 * not have.
 */
export function planFor(type: string, scope: Scope, windowMs: number): Expression | undefined {
  const plans = plansOf(scope.kind);
  return Object.hasOwn(plans, type) ? plans[type]?.(scope, windowMs) : undefined;
}

/** Names of all series that any metric type reads; a store must hold these. */
export function seriesInUse(): ReadonlySet<string> {
  const kinds = Object.keys(PLANS) as Kind[];
  return new Set(
    kinds.flatMap((kind) => Object.values(plansOf(kind)).flatMap((plan) => namesIn(plan(EXAMPLES[kind], 1)))),
  );
}

/** The plans of a kind take scopes of that kind alone; a caller has both from the same scope. */
const plansOf = (kind: Kind): Readonly<Record<string, Plan>> =>
  PLANS[kind] as Readonly<Record<string, Plan<never>>> as Readonly<Record<string, Plan>>;
