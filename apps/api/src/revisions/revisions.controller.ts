import { Controller, Inject } from '@nestjs/common';
import {
  compileSpec,
  type ControlPlaneDependencies,
  type ReadWorkload,
  type Revision,
  type WorkloadReader,
} from '@tessera/application-control-plane';
import type { Answer, Input } from '@tessera/contracts-rest';
import type { WorkloadIntent } from '@tessera/domain-workload';
import { workloadOf, type Call, type Reply } from '../http/call';
import { orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { CONTROL_PLANE, WORKLOAD_READER } from '../providers';
import { toEvent, toHistoryRecord, toPod } from '../workloads/workload-body';

type RevisionBody = Answer<'get_revision'>['body'];

/**
 * Revisions: the spec that each update of an inference asked for. Pods, events and history belong to the latest one.
 */
@Controller()
export class RevisionsController {
  constructor(
    @Inject(WORKLOAD_READER) private readonly reader: WorkloadReader,
    @Inject(CONTROL_PLANE) private readonly controlPlane: Pick<ControlPlaneDependencies, 'specSettings'>,
  ) {}

  @Operation('get_inference_workload_revisions')
  async list(
    { params }: Input<'get_inference_workload_revisions'>,
    call: Call,
  ): Reply<'get_inference_workload_revisions'> {
    const revisions = await this.reader.revisions(params.workloadId);
    return {
      status: 200,
      body: { revisions: revisions.map((one) => this.toBody(one, workloadOf(call))) },
    };
  }

  @Operation('count_inference_workload_revisions')
  async count({
    params,
  }: Input<'count_inference_workload_revisions'>): Reply<'count_inference_workload_revisions'> {
    return {
      status: 200,
      body: { count: (await this.reader.revisions(params.workloadId)).length },
    };
  }

  @Operation('get_revision')
  async get({ params }: Input<'get_revision'>, call: Call): Reply<'get_revision'> {
    return {
      status: 200,
      body: this.toBody(orNotFound(await this.reader.revision(params.revisionId)), workloadOf(call)),
    };
  }

  @Operation('get_revision_pods')
  async pods({ params, query }: Input<'get_revision_pods'>, call: Call): Reply<'get_revision_pods'> {
    const workload = workloadOf(call);
    if (!(await this.isNewest(params.revisionId, workload))) return { status: 200, body: { pods: [] } };
    const page = await this.reader.podsOf(workload.id, query.deleted === true, query);
    return { status: 200, body: { pods: page.items.map((pod) => toPod(pod, workload)), ...next(page) } };
  }

  @Operation('get_revision_events')
  async events({ params, query }: Input<'get_revision_events'>, call: Call): Reply<'get_revision_events'> {
    const workload = workloadOf(call);
    if (!(await this.isNewest(params.revisionId, workload))) return { status: 200, body: { events: [] } };
    const page = await this.reader.events(workload.id, query.sortOrder, query);
    return {
      status: 200,
      body: { events: page.items.map((event) => toEvent(event, workload)), ...next(page) },
    };
  }

  @Operation('get_revision_history')
  async history({ params, query }: Input<'get_revision_history'>, call: Call): Reply<'get_revision_history'> {
    const workload = workloadOf(call);
    if (!(await this.isNewest(params.revisionId, workload))) return { status: 200, body: { records: [] } };
    const page = await this.reader.history(workload.id, query);
    return {
      status: 200,
      body: { records: page.items.map((entry) => toHistoryRecord(entry, workload)), ...next(page) },
    };
  }

  private toBody(revision: Revision, workload: ReadWorkload): RevisionBody {
    const { intent } = compileSpec(this.controlPlane, revision.spec);
    return toRevisionBody(revision, intent, workload);
  }

  private async isNewest(revisionId: string, workload: ReadWorkload): Promise<boolean> {
    return orNotFound(await this.reader.revision(revisionId)).generation === workload.generation;
  }
}

const next = (page: { readonly next?: number }) => (page.next === undefined ? {} : { next: page.next });

function toRevisionBody(revision: Revision, intent: WorkloadIntent, workload: ReadWorkload): RevisionBody {
  const { tenantId, clusterId, departmentId, id: projectId } = workload.project;
  const newest = revision.generation === workload.generation;
  const text = (name: string): { readonly [key: string]: string } => {
    const value = revision.spec[name];
    return typeof value === 'string' ? { [name === 'args' ? 'arguments' : name]: value } : {};
  };
  return {
    type: 'runai-revision',
    name: `${workload.name}-${String(revision.generation).padStart(5, '0')}`,
    id: revision.id,
    workloadId: workload.id,
    tenantId,
    clusterId,
    departmentId,
    projectId,
    createdAt: revision.createdAt,
    deletedAt: workload.deletedAt ?? null,
    phase: newest ? workload.phase : 'Completed',
    phaseMessage: newest ? workload.phaseMessage : 'replaced by a newer revision',
    images: [intent.container.image],
    ...text('command'),
    ...text('args'),
    environmentVariables: Object.fromEntries(
      intent.container.env.flatMap((env) => (env.from === 'value' ? [[env.name, env.value]] : [])),
    ),
    requestedNodePools: [...intent.placement.nodePools],
    requestedPods: {
      number: intent.scaling.initialReplicas,
      min: intent.scaling.minReplicas,
      max: intent.scaling.maxReplicas,
    },
    runningPods: newest ? workload.observed.readyReplicas : 0,
  };
}
