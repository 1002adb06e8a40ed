import { isDeepStrictEqual } from 'node:util';
import { demandRecordSize } from '@tessera/application-messaging';
import { canWidely, type OrganisationStore } from '@tessera/application-control-plane';
import {
  refusals,
  specViolations,
  withOverrides,
  type GuardrailContext,
  type Refusal,
  type SpecSettings,
  type Violation,
} from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { principalOf, type Call, type Handlers } from '../http/call';
import {
  defaultsOf,
  toPolicyBody,
  unsupportedFields,
  type Overrides,
  type StoredPolicy,
} from '../wire/policy';
import { badRequest, refusedByGuardrails } from '../wire/violations';
import { orNotFound } from './changed';

type PolicyHandlers = Pick<
  Handlers,
  'get_inference_policy_v2' | 'overwrite_inference_policy_v2' | 'delete_inference_policy_v2'
>;

/** Dependencies of the policy handlers. */
export interface PolicyDependencies {
  readonly store: OrganisationStore;
  readonly now: () => number;
  /** Largest record that the topics accept, bytes. */
  readonly recordLimit: number;
  /** Guardrails for projects without rules of their own. */
  readonly guardrails: GuardrailContext;
  readonly specSettings: SpecSettings;
  /** Called after a change, so that it takes effect at once. */
  readonly forget: () => void;
}

/** Defaults that the inferences of a project start from. */
export function policyHandlers({
  store,
  now,
  recordLimit,
  forget,
  guardrails,
  specSettings,
}: PolicyDependencies): PolicyHandlers {
  return {
    get_inference_policy_v2: async ({ query: { projectId } }, call) => {
      const policy = storedPolicy(orNotFound(await store.policy(projectId)), projectId);
      return { status: 200, body: toPolicyBody(projectId, principalOf(call).tenantId, policy) };
    },
    overwrite_inference_policy_v2: async ({ body }, call) => {
      const { projectId, name } = body.meta;
      const { name: by, tenantId } = principalOf(call);
      const defaults = defaultsOf(body);
      const violations = [...unsupportedFields(body), ...defaultsViolations(defaults, specSettings)];
      if (violations.length > 0) throw badRequest(violations);
      // Every workload of the project would carry them in its messages.
      const message = { topic: 'policy', key: projectId, headers: {}, value: JSON.stringify(defaults) };
      demandRecordSize([message], recordLimit);
      if ((await store.project(projectId)) === undefined)
        throw badRequest([{ field: 'meta.projectId', message: `there is no project ${projectId}` }]);
      const before = await store.policy(projectId);
      const own = overridesFor(body.guardrails, before, call);
      const refused = defaultsRefusals(defaults, guardrails, own);
      if (refused.length > 0) throw refusedByGuardrails(refused);
      const at = new Date(now()).toISOString();
      const { guardrails: _before, ...kept } = storedPolicy(
        { createdAt: at, createdBy: by, ...before },
        projectId,
      );
      const policy: StoredPolicy = {
        ...kept,
        ...(name ? { name } : {}),
        ...(own === undefined ? {} : { guardrails: own }),
        ...{ defaults, updatedAt: at, updatedBy: by },
      };
      await store.setPolicy(projectId, { ...policy }, by);
      forget();
      return { status: 200, body: toPolicyBody(projectId, tenantId, policy) };
    },
    delete_inference_policy_v2: async ({ query }, call) => {
      const before = orNotFound(await store.policy(query.projectId));
      if (before['guardrails'] !== undefined) demandGuardrailRight(call);
      await store.setPolicy(query.projectId, undefined, principalOf(call).name);
      forget();
      return { status: 204 };
    },
  };
}

const UNKNOWN = new Date(0).toISOString();

/** The stored policy; a policy of an earlier version has only defaults. */
const storedPolicy = (stored: Readonly<Record<string, unknown>>, projectId: string): StoredPolicy => ({
  name: `project-${projectId}`,
  ...{ defaults: {}, createdAt: UNKNOWN, createdBy: 'unknown', updatedAt: UNKNOWN, updatedBy: 'unknown' },
  ...(stored as Partial<StoredPolicy>),
});

/**
 * The project's guardrails after a change: unchanged where the request leaves the field out, none where it is null.
 * Callers that may change the policy of only one project or department can neither relax nor tighten them.
 */
function overridesFor(
  asked: Overrides | null | undefined,
  before: Readonly<Record<string, unknown>> | undefined,
  call: Call,
): Overrides | undefined {
  const stored = before?.['guardrails'] as Overrides | undefined;
  if (asked === undefined || isDeepStrictEqual(asked, stored)) return stored;
  if (asked !== null || stored !== undefined) demandGuardrailRight(call);
  return asked ?? undefined;
}

function demandGuardrailRight(call: Call): void {
  if (canWidely(principalOf(call), 'policies', 'update')) return;
  throw new HttpError(
    403,
    'Guardrails of a project are set and removed only by those who may change policies in the whole tenant.',
    'guardrails: leave the field out to change the rest of the policy',
  );
}

/** Checks defaults against the guardrails of their project. */
const defaultsRefusals = (
  defaults: object,
  guardrails: GuardrailContext,
  own: Overrides | undefined,
): readonly Refusal[] =>
  refusals({ ...defaults }, { ...guardrails, rules: withOverrides(guardrails.rules, own) }).map((one) => ({
    ...one,
    field: one.field.replace(/^spec/, 'defaults'),
  }));

/** Defaults follow the same rules as the specs they become part of, including specs that share devices. */
const defaultsViolations = (defaults: object, settings: SpecSettings): readonly Violation[] =>
  specViolations({ image: 'any', ...defaults }, { ...settings, sharesDevices: true }).map(
    ({ field, message }) => ({
      field: field.replace(/^spec/, 'defaults'),
      message,
    }),
  );
