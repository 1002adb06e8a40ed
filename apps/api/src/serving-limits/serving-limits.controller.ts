import { Controller, Inject } from '@nestjs/common';
import {
  idOfLimits,
  setServingLimits,
  visibility,
  type Limited,
  type ServingLimitsRecord,
  type ServingLimitsStore,
} from '@tessera/application-control-plane';
import type { Answer, Input } from '@tessera/contracts-rest';
import { maybe, type Clock } from '@tessera/kernel';
import { principalOf, workloadOf, type Call, type Reply } from '../http/call';
import { orDecline, orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { next } from '../organisation/org-unit-query';

/** What the routes of limits need. */
export interface ServingLimits {
  readonly limits: ServingLimitsStore;
  readonly clock: Clock;
}
/** Injection token of {@link ServingLimits}. */
export const SERVING_LIMITS = Symbol('serving limits');

type LimitsInput = Input<'set_workload_serving_limits'>['body']['limits'];

/** Limits on the requests of all callers to a project or workload. */
@Controller()
export class ServingLimitsController {
  constructor(@Inject(SERVING_LIMITS) private readonly serving: ServingLimits) {}

  @Operation('get_serving_limits')
  async list({ query }: Input<'get_serving_limits'>, call: Call): Reply<'get_serving_limits'> {
    const seen = visibility(principalOf(call), 'inferences');
    const page = await this.serving.limits.list(seen, query.projectId, query);
    return { status: 200, body: { servingLimits: page.items.map(toBody), ...next(page) } };
  }

  @Operation('get_project_serving_limits')
  async ofProject({ params }: Input<'get_project_serving_limits'>): Reply<'get_project_serving_limits'> {
    return { status: 200, body: await this.find({ projectId: params.projectId }) };
  }

  @Operation('set_project_serving_limits')
  async setOfProject(
    { params, body }: Input<'set_project_serving_limits'>,
    call: Call,
  ): Reply<'set_project_serving_limits'> {
    orNotFound(call.project);
    return { status: 200, body: await this.set({ projectId: params.projectId }, body.limits, call) };
  }

  @Operation('delete_project_serving_limits')
  async removeOfProject({
    params,
  }: Input<'delete_project_serving_limits'>): Reply<'delete_project_serving_limits'> {
    return this.remove({ projectId: params.projectId });
  }

  @Operation('get_workload_serving_limits')
  async ofWorkload(
    _input: Input<'get_workload_serving_limits'>,
    call: Call,
  ): Reply<'get_workload_serving_limits'> {
    return { status: 200, body: await this.find(limitedOf(call)) };
  }

  @Operation('set_workload_serving_limits')
  async setOfWorkload(
    { body }: Input<'set_workload_serving_limits'>,
    call: Call,
  ): Reply<'set_workload_serving_limits'> {
    return { status: 200, body: await this.set(limitedOf(call), body.limits, call) };
  }

  @Operation('delete_workload_serving_limits')
  async removeOfWorkload(
    _input: Input<'delete_workload_serving_limits'>,
    call: Call,
  ): Reply<'delete_workload_serving_limits'> {
    return this.remove(limitedOf(call));
  }

  private async find(limited: Limited) {
    return toBody(orNotFound(await this.serving.limits.find(idOfLimits(limited))));
  }

  private async set(limited: Limited, limits: LimitsInput, call: Call) {
    return toBody(orDecline(await setServingLimits(this.serving, limited, limits, principalOf(call))));
  }

  private async remove(limited: Limited): Promise<{ readonly status: 204 }> {
    orNotFound((await this.serving.limits.remove(idOfLimits(limited))) || undefined);
    return { status: 204 };
  }
}

function limitedOf(call: Call): Limited {
  const { id, project } = workloadOf(call);
  return { projectId: project.id, workloadId: id };
}

const toBody = (record: ServingLimitsRecord): Answer<'get_project_serving_limits'>['body'] => ({
  scope: record.workloadId === null ? 'project' : 'workload',
  projectId: record.projectId,
  projectName: record.projectName,
  ...maybe('workloadId', record.workloadId ?? undefined),
  ...maybe('workloadName', record.workloadName ?? undefined),
  limits: record.limits,
  updatedAt: record.updatedAt,
  updatedBy: record.updatedBy,
});
