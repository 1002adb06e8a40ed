import { Controller, Inject } from '@nestjs/common';
import { PostgresDirectory } from '@tessera/adapter-postgres';
import {
  deletePolicy,
  overwritePolicy,
  storedPolicy,
  type PolicyDependencies,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline, orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { defaultsOf, toPolicyBody, unsupportedFields } from './policy-body';

/** Injection token of what the use cases of policies need. */
export const POLICIES = Symbol('dependencies of policies');

/** Policies: defaults that the inferences of a project start from, and its guardrails. */
@Controller()
export class PoliciesController {
  constructor(
    @Inject(POLICIES) private readonly policies: PolicyDependencies,
    private readonly directory: PostgresDirectory,
  ) {}

  @Operation('get_inference_policy_v2')
  async get(
    { query: { projectId } }: Input<'get_inference_policy_v2'>,
    call: Call,
  ): Reply<'get_inference_policy_v2'> {
    const policy = storedPolicy(orNotFound(await this.policies.store.policy(projectId)), projectId);
    return { status: 200, body: toPolicyBody(projectId, principalOf(call).tenantId, policy) };
  }

  @Operation('overwrite_inference_policy_v2')
  async overwrite(
    { body }: Input<'overwrite_inference_policy_v2'>,
    call: Call,
  ): Reply<'overwrite_inference_policy_v2'> {
    const { projectId, name } = body.meta;
    const caller = principalOf(call);
    const request = {
      projectId,
      name: name ?? '',
      defaults: defaultsOf(body),
      guardrails: body.guardrails,
      unsupported: unsupportedFields(body),
    };
    const policy = orDecline(await overwritePolicy(this.policies, request, caller));
    this.directory.forget();
    return { status: 200, body: toPolicyBody(projectId, caller.tenantId, policy) };
  }

  @Operation('delete_inference_policy_v2')
  async delete(
    { query }: Input<'delete_inference_policy_v2'>,
    call: Call,
  ): Reply<'delete_inference_policy_v2'> {
    orDecline(await deletePolicy(this.policies, query.projectId, principalOf(call)));
    this.directory.forget();
    return { status: 204 };
  }
}
