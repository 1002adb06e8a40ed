import { maybe } from '@tessera/kernel';
import type { NodeSelectorTermIntent, PlacementIntent, TolerationIntent } from '../intent';
import type { InferenceSpec, NodeSelectorTerm, Toleration } from '../spec';
import { given, type Ignore } from './ignored-fields';

/** Where replicas may run. */
export function placementIntent(spec: InferenceSpec, ignore: Ignore): PlacementIntent {
  const { type, key } = spec.podAffinity ?? {};
  return {
    nodePools: (spec.nodePools ?? []).filter((pool) => typeof pool === 'string'),
    tolerations: given<Toleration>(spec.tolerations, 'spec.tolerations').map(({ item, at }) =>
      tolerationIntent(item, at, ignore),
    ),
    nodeAffinity: (spec.nodeAffinityRequired?.nodeSelectorTerms ?? []).flatMap((term) =>
      term ? [termIntent(term)] : [],
    ),
    ...maybe('nodeType', spec.nodeType),
    ...(type && key ? { podAffinity: { type, topologyKey: key } } : {}),
  };
}

/** Kubernetes supports seconds with the effect NoExecute only; `Any` becomes an absent effect. */
function tolerationIntent(toleration: Toleration, at: string, ignore: Ignore): TolerationIntent {
  const { key, operator, value, effect, seconds } = toleration;
  const counts = effect === 'NoExecute';
  if (seconds !== undefined && seconds !== null && !counts)
    ignore(`${at}.seconds`, `seconds apply only to the effect NoExecute, not to ${effect ?? 'none'}`);
  return {
    operator: operator ?? 'Equal',
    ...maybe('key', key),
    ...maybe('value', value),
    ...(effect && effect !== 'Any' ? { effect } : {}),
    ...(counts ? maybe('seconds', seconds) : {}),
  };
}

const termIntent = (term: NodeSelectorTerm): NodeSelectorTermIntent => ({
  expressions: (term.matchExpressions ?? []).flatMap((expression) =>
    expression?.key && expression.operator
      ? [{ key: expression.key, operator: expression.operator, values: expression.values ?? [] }]
      : [],
  ),
});
