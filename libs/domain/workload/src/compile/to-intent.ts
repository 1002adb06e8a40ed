import type { IgnoredField, WorkloadIntent } from '../intent';
import { isLabelValue, isQualifiedName } from '../kubernetes-names';
import type { SpecSettings } from '../rules/gpu-names';
import { reservedFor, reservedMessage } from '../rules/reserved-names';
import { secretBehind, type References } from '../references';
import type { InferenceSpec, Items, NamedValue } from '../spec';
import { containerIntent } from './container';
import { networkIntent } from './network';
import { given, maybe, IgnoredFields, type Ignore } from './ignored-fields';
import { placementIntent } from './placement';
import { resourceIntent } from './resources';
import { scalingIntent } from './scaling';
import { securityIntent } from './security';
import { storageIntent } from './storage';

/** What a spec means, and what of it is left out on the way. */
export interface CompiledSpec {
  readonly intent: WorkloadIntent;
  readonly ignoredFields: readonly IgnoredField[];
}

/**
 * Turns an accepted spec into what placement and Kubernetes work with, applying the tolerances of the API: what cannot be
 * realised together is left out and told, field by field. Data volumes and credentials stand for what `references` says, or
 * for the claim and the Secret of their own name. What the rules refuse today is left out as well where it comes with a
 * spec of before, or from an API that does not know what this cluster enforces (`settings`). Pure and total: it never
 * throws for a spec of the right shape.
 */
export function toIntent(
  spec: InferenceSpec | Readonly<Record<string, unknown>>,
  references: References = {},
  settings: SpecSettings = {},
): CompiledSpec {
  const typed = spec as InferenceSpec;
  const { list, ignore: ignore } = new IgnoredFields();
  const intent: WorkloadIntent = {
    container: containerIntent(typed, ignore, references, settings),
    placement: placementIntent(typed, ignore),
    resources: resourceIntent(typed, ignore),
    metadata: {
      annotations: named(typed.annotations, 'spec.annotations', () => true, ignore),
      labels: named(typed.labels, 'spec.labels', isLabelValue, ignore),
    },
    network: networkIntent(typed, ignore),
    storage: storageIntent(typed, ignore, references),
    security: securityIntent(typed, ignore),
    scaling: scalingIntent(typed, ignore),
    imagePullSecrets: given(typed.imagePullSecrets, 'spec.imagePullSecrets').flatMap(({ item }) =>
      item.name ? [secretBehind(item.name, references)] : [],
    ),
    ...maybe('priorityClass', typed.priorityClass),
    ...(typed.preemptibility ? { preemptible: typed.preemptibility === 'preemptible' } : {}),
    ...maybe('category', typed.category),
  };
  return { intent, ignoredFields: list };
}

function named(
  items: Items<NamedValue>,
  path: string,
  fits: (value: string) => boolean,
  ignore: Ignore,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { item, at } of given<NamedValue>(items, path)) {
    const value = item.value ?? '';
    const owner = reservedFor(item.name ?? '');
    if (owner !== undefined) ignore(at, reservedMessage(item.name ?? '', owner), 'refused');
    else if (item.name && isQualifiedName(item.name) && fits(value)) values[item.name] = value;
    else ignore(at, 'Kubernetes cannot hold it');
  }
  return values;
}
