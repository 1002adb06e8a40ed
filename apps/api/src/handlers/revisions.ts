import { toIntent } from '@tessera/domain-workload';
import type { Revision, WorkloadReader, ReadWorkload } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';
import { workloadOf, type Handlers } from '../http/call';
import { toEvent, toHistoryRecord, toPod, toWorkloadEntry } from '../wire/workload';
import { orNotFound } from './changed';

type RevisionHandlers = Pick<
  Handlers,
  | 'get_inference_workload_revisions'
  | 'count_inference_workload_revisions'
  | 'get_revision'
  | 'get_revision_pods'
  | 'get_revision_events'
  | 'get_revision_history'
>;
type RevisionBody = Answer<'get_revision'>['body'];

/**
 * Revisions: the spec that each update of an inference asked for. Pods, events and history belong to the latest one.
 */
export function revisionHandlers(reader: WorkloadReader): RevisionHandlers {
  const isNewest = async (revisionId: string, workload: ReadWorkload): Promise<boolean> =>
    orNotFound(await reader.revision(revisionId)).generation === workload.generation;
  const next = (page: { readonly next?: number }) => (page.next === undefined ? {} : { next: page.next });
  return {
    get_inference_workload_revisions: async ({ params }, call) => {
      const revisions = await reader.revisions(params.workloadId);
      return {
        status: 200,
        body: { revisions: revisions.map((one) => toRevisionBody(one, workloadOf(call))) },
      };
    },
    count_inference_workload_revisions: async ({ params }) => ({
      status: 200,
      body: { count: (await reader.revisions(params.workloadId)).length },
    }),
    get_revision: async ({ params }, call) => ({
      status: 200,
      body: toRevisionBody(orNotFound(await reader.revision(params.revisionId)), workloadOf(call)),
    }),
    get_revision_pods: async ({ params, query }, call) => {
      const workload = workloadOf(call);
      if (!(await isNewest(params.revisionId, workload))) return { status: 200, body: { pods: [] } };
      const page = await reader.podsOf(workload.id, query.deleted === true, query);
      return { status: 200, body: { pods: page.items.map((pod) => toPod(pod, workload)), ...next(page) } };
    },
    get_revision_events: async ({ params, query }, call) => {
      const workload = workloadOf(call);
      if (!(await isNewest(params.revisionId, workload))) return { status: 200, body: { events: [] } };
      const page = await reader.events(workload.id, query.sortOrder, query);
      return {
        status: 200,
        body: { events: page.items.map((event) => toEvent(event, workload)), ...next(page) },
      };
    },
    get_revision_history: async ({ params, query }, call) => {
      const workload = workloadOf(call);
      if (!(await isNewest(params.revisionId, workload))) return { status: 200, body: { records: [] } };
      const page = await reader.history(workload.id, query);
      return {
        status: 200,
        body: { records: page.items.map((entry) => toHistoryRecord(entry, workload)), ...next(page) },
      };
    },
  };
}

function toRevisionBody(revision: Revision, workload: ReadWorkload): RevisionBody {
  const { intent } = toIntent(revision.spec);
  const entry = toWorkloadEntry(workload);
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
    tenantId: entry.tenantId,
    clusterId: entry.clusterId,
    departmentId: entry.departmentId,
    projectId: entry.projectId,
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
