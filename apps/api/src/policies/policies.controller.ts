import { isDeepStrictEqual } from 'node:util';
import { Controller, Inject } from '@nestjs/common';
import { PostgresDirectory } from '@tessera/adapter-postgres';
import { demandRecordSize } from '@tessera/application-messaging';
import {
  canWidely,
  type ControlPlaneDependencies,
  type OrganisationStore,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
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
import type { ApiConfig } from '../config';
import { principalOf, type Call, type Reply } from '../http/call';
import { orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { API_CONFIG, CONTROL_PLANE, ORGANISATION } from '../providers';
import {
  defaultsOf,
  toPolicyBody,
  unsupportedFields,
  type Overrides,
  type StoredPolicy,
} from '../wire/policy';
import { badRequest, refusedByGuardrails } from '../wire/violations';

/** Policies: defaults that the inferences of a project start from, and its guardrails. */
@Controller()
export class PoliciesController {
  constructor(
    @Inject(ORGANISATION) private readonly store: OrganisationStore,
    @Inject(CONTROL_PLANE) private readonly controlPlane: ControlPlaneDependencies,
    private readonly directory: PostgresDirectory,
    @Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'TESSERA_RECORD_LIMIT_BYTES'>,
  ) {}

  @Operation('get_inference_policy_v2')
  async get(
    { query: { projectId } }: Input<'get_inference_policy_v2'>,
    call: Call,
  ): Reply<'get_inference_policy_v2'> {
    const policy = storedPolicy(orNotFound(await this.store.policy(projectId)), projectId);
    return { status: 200, body: toPolicyBody(projectId, principalOf(call).tenantId, policy) };
  }

  @Operation('overwrite_inference_policy_v2')
  async overwrite(
    { body }: Input<'overwrite_inference_policy_v2'>,
    call: Call,
  ): Reply<'overwrite_inference_policy_v2'> {
    const { projectId, name } = body.meta;
    const { name: by, tenantId } = principalOf(call);
    const defaults = defaultsOf(body);
    const violations = [
      ...unsupportedFields(body),
      ...defaultsViolations(defaults, this.controlPlane.specSettings),
    ];
    if (violations.length > 0) throw badRequest(violations);
    // Every workload of the project would carry them in its messages.
    const message = { topic: 'policy', key: projectId, headers: {}, value: JSON.stringify(defaults) };
    demandRecordSize([message], this.config.TESSERA_RECORD_LIMIT_BYTES);
    if ((await this.store.project(projectId)) === undefined)
      throw badRequest([{ field: 'meta.projectId', message: `there is no project ${projectId}` }]);
    const before = await this.store.policy(projectId);
    const own = overridesFor(body.guardrails, before, call);
    const refused = defaultsRefusals(defaults, this.controlPlane.guardrails, own);
    if (refused.length > 0) throw refusedByGuardrails(refused);
    const at = new Date(this.controlPlane.clock.now()).toISOString();
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
    await this.store.setPolicy(projectId, { ...policy }, by);
    this.directory.forget();
    return { status: 200, body: toPolicyBody(projectId, tenantId, policy) };
  }

  @Operation('delete_inference_policy_v2')
  async delete(
    { query }: Input<'delete_inference_policy_v2'>,
    call: Call,
  ): Reply<'delete_inference_policy_v2'> {
    const before = orNotFound(await this.store.policy(query.projectId));
    if (before['guardrails'] !== undefined) demandGuardrailRight(call);
    await this.store.setPolicy(query.projectId, undefined, principalOf(call).name);
    this.directory.forget();
    return { status: 204 };
  }
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
