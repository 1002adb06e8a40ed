import { Controller, Inject } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import { previewInference, type ControlPlaneDependencies } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { workloadOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { CONTROL_PLANE } from '../providers';
import { toCreateInference } from '../inferences/inference-body';
import { badRequest, refusedByGuardrails } from '../http/filters/violations';

/** Where replicas would be placed and why, and what exists on the cluster: answered by the scheduler. */
@Controller()
export class SimulationController {
  constructor(
    @Inject(CONTROL_PLANE) private readonly controlPlane: ControlPlaneDependencies,
    private readonly scheduler: SchedulerClient,
  ) {}

  @Operation('simulate_placement')
  async simulate({ body, query }: Input<'simulate_placement'>, call: Call): Reply<'simulate_placement'> {
    const request = toCreateInference(body, call.raw as Readonly<Record<string, unknown>>);
    const preview = await previewInference(this.controlPlane, request, call.caller);
    if (preview.kind === 'invalid') throw badRequest(preview.violations);
    if (preview.kind === 'refused') throw refusedByGuardrails(preview.refusals);
    const { command, replicas: perCopy } = preview;
    const most = Math.floor(MAX_REPLICAS / Math.max(1, perCopy));
    if (query.copies > most) throw badRequest([{ field: 'copies', message: tooMany(most) }]);
    const replicas = await this.scheduler.simulatePlacement({ command, copies: query.copies });
    return { status: 200, body: { fits: replicas.every(({ outcome }) => outcome === 'placed'), replicas } };
  }

  @Operation('get_workload_placement')
  async explain(_input: Input<'get_workload_placement'>, call: Call): Reply<'get_workload_placement'> {
    return { status: 200, body: await this.scheduler.explainPlacement(onCluster(call)) };
  }

  @Operation('get_workload_objects')
  async objects(_input: Input<'get_workload_objects'>, call: Call): Reply<'get_workload_objects'> {
    return { status: 200, body: await this.scheduler.workloadObjects(onCluster(call)) };
  }
}

function onCluster(call: Call): { readonly clusterId: string; readonly workloadId: string } {
  const { id, project } = workloadOf(call);
  return { clusterId: project.clusterId, workloadId: id };
}

const tooMany = (most: number): string =>
  `must be at most ${most} for this workload: a simulation places at most ${MAX_REPLICAS} replicas of all copies together`;
