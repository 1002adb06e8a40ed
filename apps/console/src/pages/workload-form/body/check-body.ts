import './jitless';
import {
  InferenceCreationRequest,
  InferenceSpec,
  shapeViolations,
  unknownFields,
  UPDATABLE,
} from '@tessera/contracts-rest/inference';
import { nameViolations, specViolations, type InferenceSpec as Spec } from '@tessera/domain-workload';
import { isObject, type Body } from './body';
import { patchOf } from './changes';

/** What the check says of a field, in the words of the API. */
export interface Finding {
  /** As `spec.compute.migProfile`. */
  readonly field: string;
  readonly message: string;
  /** A warning keeps nobody from sending: the API ignores the field. */
  readonly isWarning?: true;
}

/** What the API would say of the body of a create request, as far as that follows from the body alone. */
export function checkCreation(body: unknown): readonly Finding[] {
  const shape = shapeOf(body);
  const rules = isObject(body) ? rulesOf(body, shape) : [];
  return [...shape, ...rules, ...ignoredIn(body)];
}

/** The same for a change of an existing workload: fields that cannot change are named. */
export function checkChange(before: Body, after: Body): readonly Finding[] {
  const changed = Object.keys(patchOf(before['spec'] ?? {}, after['spec'] ?? {}));
  const fixed = changed
    .filter((name) => !(UPDATABLE as readonly string[]).includes(name))
    .map((name) => ({ field: `spec.${name}`, message: 'cannot be changed after creation' }));
  return [...fixed, ...checkCreation(after)];
}

function shapeOf(body: unknown): readonly Finding[] {
  const { error } = InferenceCreationRequest.safeParse(body, { reportInput: true });
  return shapeViolations(error?.issues ?? []).map(({ field, message }) => ({ field, message }));
}

/** Rules between fields; they need parts of the right shape. */
function rulesOf(body: Body, shape: readonly Finding[]): readonly Finding[] {
  const { name, spec } = body;
  const isSound = (part: string): boolean => !shape.some(({ field }) => field.startsWith(part));
  return [
    ...(typeof name === 'string' && isSound('name')
      ? nameViolations(name, body['useGivenNameAsPrefix'] === true)
      : []),
    ...(isSound('spec') ? specViolations((spec ?? {}) as Spec) : []),
  ];
}

const ignoredIn = (body: unknown): readonly Finding[] =>
  isObject(body)
    ? unknownFields(InferenceSpec, body['spec'], 'spec').map((field) => ({
        field,
        message: 'is ignored: there is no such field',
        isWarning: true,
      }))
    : [];
