import { fieldsList, fieldsOf, type Fields } from '../wire/json';
import { milliOf } from '../wire/quantity';
import type { KubeObject } from '../wire/objects';
import type { ApiContext } from '../context';
import { knownResource } from '../resources';
import { forbidden } from '../status-error';
import type { Strategy } from './strategy';

/** The limits of a LimitRange for single containers. */
const ofContainers = (range: KubeObject): readonly Fields[] =>
  fieldsList(fieldsOf(range['spec'])['limits']).filter(({ type }) => type === 'Container');

/** A maximum is a default limit, a default limit a default request, and so is a minimum. */
function setDefaults(range: KubeObject): void {
  for (const limit of ofContainers(range)) {
    limit['default'] = { ...fieldsOf(limit['max']), ...fieldsOf(limit['default']) };
    limit['defaultRequest'] = {
      ...fieldsOf(limit['min']),
      ...fieldsOf(limit['default']),
      ...fieldsOf(limit['defaultRequest']),
    };
  }
}

export const limitRangeStrategy: Strategy = { prepareCreate: setDefaults, prepareUpdate: setDefaults };

/** Gives the containers of a new pod the defaults of its namespace; 403 where one is outside a minimum or maximum. */
export function applyLimitRanges(object: KubeObject, spec: Fields, { store }: ApiContext): void {
  const { name, namespace } = object.metadata;
  const limits = [...store.collection(knownResource('limitranges')).in(namespace)].flatMap((entry) =>
    ofContainers(entry.object),
  );
  if (limits.length === 0) return;
  const containers = [...fieldsList(spec['containers']), ...fieldsList(spec['initContainers'])];
  for (const container of containers) {
    const resources = fieldsOf(container['resources']);
    container['resources'] = resources;
    for (const limit of limits) {
      fill(resources, 'limits', limit['default']);
      fill(resources, 'requests', limit['defaultRequest']);
    }
  }
  const problems = containers.flatMap(({ resources }) =>
    limits.flatMap((limit) => [
      ...outside('maximum', fieldsOf(limit['max']), fieldsOf(resources)),
      ...outside('minimum', fieldsOf(limit['min']), fieldsOf(resources)),
    ]),
  );
  if (problems.length > 0)
    throw forbidden(
      knownResource('pods'),
      name,
      problems.length === 1 ? String(problems[0]) : `[${problems.join(', ')}]`,
    );
}

function fill(resources: Fields, field: 'limits' | 'requests', defaults: unknown): void {
  const filled = { ...fieldsOf(defaults), ...fieldsOf(resources[field]) };
  if (Object.keys(filled).length > 0) resources[field] = filled;
}

/** In the order in which LimitRanger looks: a maximum first at the limit, a minimum first at the request. */
function outside(kind: 'minimum' | 'maximum', bounds: Fields, resources: Fields): readonly string[] {
  const fields = kind === 'maximum' ? (['limits', 'requests'] as const) : (['requests', 'limits'] as const);
  const isOutside = (value: unknown, bound: unknown): boolean =>
    kind === 'maximum' ? milliOf(value) > milliOf(bound) : milliOf(value) < milliOf(bound);
  return Object.entries(bounds).flatMap(([name, bound]) => {
    const field = fields.find((one) => {
      const value = fieldsOf(resources[one])[name];
      return value !== undefined && isOutside(value, bound);
    });
    if (field === undefined) return [];
    const value = String(fieldsOf(resources[field])[name]);
    return [`${kind} ${name} usage per Container is ${String(bound)}, but ${field.slice(0, -1)} is ${value}`];
  });
}
