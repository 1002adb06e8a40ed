import { maybe } from '@tessera/kernel';
import type { IgnoredField, WorkloadIntent } from '../intent';
import { isLabelValue, isQualifiedName } from '../kubernetes-names';
import type { SpecSettings } from '../rules/gpu-names';
import { reservedFor, reservedMessage } from '../rules/reserved-names';
import { secretBehind, type References } from '../references';
import type { InferenceSpec, Items, NamedValue } from '../spec';
import { containerIntent } from './container';
import { networkIntent } from './network';
import { given, IgnoredFields, type Ignore } from './ignored-fields';
import { placementIntent } from './placement';
import { resourceIntent } from './resources';
import { scalingIntent } from './scaling';
import { securityIntent } from './security';
import { storageIntent } from './storage';

/** The intent of a spec, and its ignored fields. */
export interface CompiledSpec {
  readonly intent: WorkloadIntent;
  readonly ignoredFields: readonly IgnoredField[];
}

/**
 * Compiles an accepted spec to the intent that placement and Kubernetes objects are made from, with the tolerances of
 * the API: fields that cannot be combined are ignored and reported one by one. Data volumes and credentials resolve
 * through `references`, or to the claim and the Secret of their own name. Fields that the rules refuse today are
 * ignored as well in a spec that was accepted earlier, or by an API that does not know what this cluster enforces
 * (`settings`). Pure and total: it never throws for a spec of the right shape.
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
    network: networkIntent(typed, ignore, settings),
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
    else ignore(at, 'it is not valid in Kubernetes');
  }
  return values;
}
