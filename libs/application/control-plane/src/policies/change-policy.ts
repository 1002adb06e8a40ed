import { isDeepStrictEqual } from 'node:util';
import { demandRecordSize } from '@tessera/application-messaging';
import {
  refusals,
  specViolations,
  withOverrides,
  type GuardrailContext,
  type GuardrailOverrides,
  type GuardrailRefusal,
  type SpecSettings,
  type Violation,
} from '@tessera/domain-workload';
import { maybe, type Clock } from '@tessera/kernel';
import { canWidely, type Principal } from '../access/access';
import type { OrganisationStore } from '../organisation/organisation-store';
import { invalid, type Declined, type Outcome } from '../outcome';
import { storedPolicy, type StoredPolicy } from './policy';

/** Dependencies of changing policies. */
export interface PolicyDependencies {
  readonly store: Pick<OrganisationStore, 'project' | 'policy' | 'setPolicy'>;
  readonly guardrails: GuardrailContext;
  readonly specSettings: SpecSettings;
  readonly clock: Clock;
  /** Largest record of the commands topics, bytes. */
  readonly recordLimit: number;
}

/** The policy that replaces that of the project. */
export interface PolicyRequest {
  readonly projectId: string;
  /** Unchanged where it is empty. */
  readonly name: string;
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Unchanged where it is undefined, removed where it is null. */
  readonly guardrails: GuardrailOverrides | null | undefined;
  /** Fields of the request that have no effect on inferences here, each as a violation. */
  readonly unsupported: readonly Violation[];
}

/**
 * Replaces the policy of a project. Throws {@link RecordTooLargeError} for defaults that no message could carry. Callers
 * that may change the policy of only one project or department can neither relax nor tighten its guardrails.
 */
export async function overwritePolicy(
  { store, guardrails, specSettings, clock, recordLimit }: PolicyDependencies,
  request: PolicyRequest,
  caller: Principal,
): Promise<Outcome<StoredPolicy>> {
  const { projectId, name, defaults } = request;
  const violations = [...request.unsupported, ...defaultsViolations(defaults, specSettings)];
  if (violations.length > 0) return { kind: 'invalid', violations };
  // Every workload of the project would carry them in its messages.
  const message = { topic: 'policy', key: projectId, headers: {}, value: JSON.stringify(defaults) };
  demandRecordSize([message], recordLimit);
  if ((await store.project(projectId)) === undefined)
    return invalid('meta.projectId', `there is no project ${projectId}`);
  const before = await store.policy(projectId);
  const own = overridesFor(request.guardrails, before, caller);
  if (own.kind !== 'done') return own;
  const refused = defaultsRefusals(defaults, guardrails, own.value);
  if (refused.length > 0) return { kind: 'refused', refusals: refused };
  const at = new Date(clock.now()).toISOString();
  const { guardrails: _replaced, ...rest } = storedPolicy(
    { createdAt: at, createdBy: caller.name, ...before },
    projectId,
  );
  const policy: StoredPolicy = {
    ...rest,
    ...(name === '' ? {} : { name }),
    ...maybe('guardrails', own.value),
    ...{ defaults, updatedAt: at, updatedBy: caller.name },
  };
  await store.setPolicy(projectId, { ...policy }, caller.name);
  return { kind: 'done', value: policy };
}

/** Removes the policy of a project; one with guardrails only for callers that may set them. */
export async function deletePolicy(
  { store }: Pick<PolicyDependencies, 'store'>,
  projectId: string,
  caller: Principal,
): Promise<Outcome<undefined>> {
  const before = await store.policy(projectId);
  if (before === undefined) return { kind: 'not-found' };
  if (before['guardrails'] !== undefined && !maySetGuardrails(caller)) return GUARDRAILS_DECLINED;
  await store.setPolicy(projectId, undefined, caller.name);
  return { kind: 'done', value: undefined };
}

/** The project's guardrails after a change. */
function overridesFor(
  asked: GuardrailOverrides | null | undefined,
  before: Readonly<Record<string, unknown>> | undefined,
  caller: Principal,
): Outcome<GuardrailOverrides | undefined> {
  const stored = before?.['guardrails'] as GuardrailOverrides | undefined;
  if (asked === undefined || isDeepStrictEqual(asked, stored)) return { kind: 'done', value: stored };
  if ((asked !== null || stored !== undefined) && !maySetGuardrails(caller)) return GUARDRAILS_DECLINED;
  return { kind: 'done', value: asked ?? undefined };
}

const maySetGuardrails = (caller: Principal): boolean => canWidely(caller, 'policies', 'update');

const GUARDRAILS_DECLINED: Declined = {
  kind: 'forbidden',
  reason: {
    message:
      'Guardrails of a project are set and removed only by those who may change policies in the whole tenant.',
    details: 'guardrails: leave the field out to change the rest of the policy',
  },
};

/** Checks defaults against the guardrails of their project. */
const defaultsRefusals = (
  defaults: object,
  guardrails: GuardrailContext,
  own: GuardrailOverrides | undefined,
): readonly GuardrailRefusal[] =>
  refusals({ ...defaults }, { ...guardrails, rules: withOverrides(guardrails.rules, own) }).map(
    (refusal) => ({ ...refusal, field: inDefaults(refusal.field) }),
  );

/** Defaults follow the same rules as the specs they become part of, including specs that share devices. */
const defaultsViolations = (defaults: object, settings: SpecSettings): readonly Violation[] =>
  specViolations({ image: 'any', ...defaults }, { ...settings, sharesDevices: true }).map(
    ({ field, message }) => ({ field: inDefaults(field), message }),
  );

/** The path of a field of the spec, in the defaults. */
const inDefaults = (field: string): string => field.replace(/^spec/, 'defaults');
