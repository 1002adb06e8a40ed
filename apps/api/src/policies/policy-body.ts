import type { StoredPolicy } from '@tessera/application-control-plane';
import type { Answer, Input } from '@tessera/contracts-rest';
import type { Violation } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';

type Json = Readonly<Record<string, unknown>>;
type Request = Input<'overwrite_inference_policy_v2'>['body'];

/** Lists that can have defaults; in the policies of the reference they are in `instances`. */
const LISTS = ['environmentVariables', 'annotations', 'labels'] as const;
const KEPT = [...LISTS.map((list) => [list]), ['compute', 'extendedResources']];

/** The defaults of a request, in either place, as plain lists. */
export function defaultsOf({ policy, defaults }: Request): Json {
  const given = (policy?.defaults ?? {}) as Json;
  const compute = (given['compute'] ?? {}) as Json;
  return {
    ...withLists(given, LISTS, plainList),
    ...withCompute(withLists(compute, ['extendedResources'], plainList)),
    ...(defaults ?? {}),
  };
}

/** Parts of a policy that have no effect on inferences here; they are rejected instead of dropped silently. */
export function unsupportedFields({ policy }: Request): readonly Violation[] {
  const { rules, imposedAssets, defaults } = policy ?? {};
  const message = `only defaults for ${KEPT.map((path) => path.join('.')).join(', ')} are supported`;
  const found = [
    ...(isGiven(rules) ? ['policy.rules'] : []),
    ...(isGiven(imposedAssets) ? ['policy.imposedAssets'] : []),
    ...givenFields((defaults ?? {}) as Json, [...LISTS, 'compute']).map((name) => `policy.defaults.${name}`),
    ...givenFields((defaults?.compute ?? {}) as Json, ['extendedResources']).map(
      (name) => `policy.defaults.compute.${name}`,
    ),
  ];
  return found.map((field) => ({ field, message }));
}

export function toPolicyBody(
  projectId: string,
  tenantId: number,
  { name, defaults, guardrails, ...stamps }: StoredPolicy,
): Answer<'get_inference_policy_v2'>['body'] {
  const compute = (defaults['compute'] ?? {}) as Json;
  const policy = {
    defaults: {
      ...withLists(defaults, LISTS, inInstances),
      ...withCompute(withLists(compute, ['extendedResources'], inInstances)),
    },
  };
  return {
    meta: {
      id: `inference-project-${projectId}`,
      name,
      scope: 'project',
      projectId: Number(projectId),
      tenantId,
      ...stamps,
    },
    policy,
    effective: policy,
    effectiveUpdatedAt: stamps.updatedAt,
    defaults,
    // Stored as a request had them.
    ...maybe('guardrails', guardrails as Request['guardrails'] & object),
  };
}

const withCompute = (compute: Json): Json => (Object.keys(compute).length === 0 ? {} : { compute });

const withLists = (given: Json, names: readonly string[], as: (list: unknown) => unknown): Json =>
  Object.fromEntries(names.filter((name) => isGiven(given[name])).map((name) => [name, as(given[name])]));

const plainList = (value: unknown): unknown =>
  Array.isArray(value) ? value : ((value as { readonly instances?: unknown }).instances ?? []);
const inInstances = (list: unknown): unknown => ({ instances: list });

const givenFields = (given: Json, known: readonly string[]): readonly string[] =>
  Object.keys(given).filter((name) => !known.includes(name) && isGiven(given[name]));

/** Clients send unset fields as null, or as empty lists and objects. */
const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  !(typeof value === 'object' && Object.values(value).every((one) => !isGiven(one)));
