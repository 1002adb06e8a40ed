import { z } from 'zod';
import { EVENTS, type EventName } from '@tessera/contracts-events';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { EXAMPLES } from '../examples';
import { ALL, ONE, PAGE, SMALL_BODY, SPEC_BODY } from '../costs';
import { right, route } from '../route';
import { LENGTH, MAX_COPIES } from '../schemas/bounds';
import { CordonReport } from '../schemas/organisation/cordon';
import { InferenceCreationRequest } from '../schemas/inference';
import { MigConfigReport, MigConfigRequest } from '../schemas/mig-config';
import { paging } from '../schemas/list-query';
import {
  bounded,
  Id,
  queryFlag,
  queryInteger,
  queryList,
  querySingle,
  queryTime,
} from '../schemas/primitives';
import { PlacementExplanation, WorkloadObjects } from '../schemas/placement';
import { ScalingEntry } from '../schemas/scaling';
import { PlacementSimulation } from '../schemas/simulation';

/** CloudEvents types of the stream: the public events. */
export const STREAMED_TYPES = Object.values(EVENTS)
  .filter(({ topic }) => topic === 'events')
  .map(({ type }) => type) as (typeof EVENTS)[EventName]['type'][];

/** A position in the stream: digits only. */
const Position = bounded(18)
  .regex(/^\d{1,18}$/, 'is not the id of an event of this stream')
  .meta({ example: '1042' });

const STREAM_EXAMPLE = [
  'retry: 2000',
  'id: 1042',
  '',
  'id: 1043',
  'event: io.tessera.inference.deleted.v1',
  'data: {"specversion":"1.0","type":"io.tessera.inference.deleted.v1","id":"0b8ee0e6-5f0f-4e3c-9d3b-0b7a6f1f2a10","source":"/tessera/scheduler/71f69d83-ba66-4822-adf5-55ce55efd210","subject":"5f4c6f0a-6a1e-4a51-9d0c-0f6a2f0c1b11","time":"2026-01-01T12:00:00.000Z","sequence":"00000000000000000007","clusterid":"71f69d83-ba66-4822-adf5-55ce55efd210","projectid":"1","workloadname":"chat","datacontenttype":"application/json","data":{"workloadId":"5f4c6f0a-6a1e-4a51-9d0c-0f6a2f0c1b11","name":"chat","clusterId":"71f69d83-ba66-4822-adf5-55ce55efd210","projectId":"1","projectName":"project-1","departmentId":"2","departmentName":"department-2","namespace":"runai-project-1","generation":1}}',
  '',
  ': heartbeat',
  'id: 1043',
  '',
  '',
].join('\n');

const NODE = '/api/v1/tessera/clusters/{clusterId}/nodes/{nodeName}' as const;
const MIG_CONFIG = `${NODE}/mig-config` as const;
const CORDON = `${NODE}/cordon` as const;
const nodeParams = { clusterId: Id, nodeName: z.string().min(1).max(253).meta({ example: 'h100-pool-b-1' }) };

/** Additions of Tessera. */
export const tesseraRoutes = {
  get_mig_config: route({
    method: 'GET',
    path: MIG_CONFIG,
    summary: 'Read the MIG configuration of a node.',
    description:
      'Returns the current configuration of the node, the configurations that it supports, and the state of a change.',
    tag: 'Tessera',
    params: nodeParams,
    answers: { 200: { description: 'Executed successfully.', schema: MigConfigReport } },
    errors: [400, 401, 403, 404, 503],
    audited: 'no',
    cost: { ...ONE, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('nodes', 'read', 'cluster'),
  }),
  set_mig_config: route({
    method: 'PUT',
    path: MIG_CONFIG,
    summary: 'Change the MIG configuration of a node.',
    description:
      'Requests a configuration from mig-manager. The scheduler cordons the node and moves its replicas on the GPUs to other nodes; mig-manager then applies the configuration, and the scheduler uncordons the node. The answer comes at once; read the configuration to follow the progress. 409, with nothing changed, where pods outside Tessera use a device or another change is in progress.',
    tag: 'Tessera',
    params: nodeParams,
    body: MigConfigRequest,
    bodyExample: EXAMPLES.migConfig,
    answers: { 202: { description: 'Request accepted.', schema: MigConfigReport } },
    errors: [400, 401, 403, 404, 409, 503],
    audited: 'answer',
    cost: { ...SMALL_BODY, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('nodes', 'update', 'cluster'),
  }),
  withdraw_mig_config: route({
    method: 'DELETE',
    path: MIG_CONFIG,
    summary: 'Withdraw a change of MIG configuration.',
    description:
      'Cancels the requested configuration. A change that is still draining the node ends, and the node is uncordoned; a change that mig-manager is applying cannot be cancelled (409). The MIG instances on the GPUs do not change.',
    tag: 'Tessera',
    params: nodeParams,
    answers: { 200: { description: 'Withdrawn.', schema: MigConfigReport } },
    errors: [400, 401, 403, 404, 409, 503],
    audited: 'answer',
    cost: { ...ONE, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('nodes', 'update', 'cluster'),
  }),
  cordon_node: route({
    method: 'PUT',
    path: CORDON,
    summary: 'Cordon a node.',
    description:
      'No new pod is placed on the node; running ones stay. The same as `kubectl cordon`. 409, with nothing changed, while the MIG configuration of the node changes: such a change cordons and uncordons the node itself.',
    tag: 'Tessera',
    params: nodeParams,
    answers: { 200: { description: 'Cordoned.', schema: CordonReport } },
    errors: [400, 401, 403, 404, 409, 503],
    audited: 'answer',
    cost: { ...ONE, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('nodes', 'update', 'cluster'),
  }),
  uncordon_node: route({
    method: 'DELETE',
    path: CORDON,
    summary: 'Uncordon a node.',
    description:
      'The node accepts new pods again; replicas that wait for it are placed. The same as `kubectl uncordon`. 409, with nothing changed, while the MIG configuration of the node changes.',
    tag: 'Tessera',
    params: nodeParams,
    answers: { 200: { description: 'Uncordoned.', schema: CordonReport } },
    errors: [400, 401, 403, 404, 409, 503],
    audited: 'answer',
    cost: { ...ONE, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('nodes', 'update', 'cluster'),
  }),
  simulate_placement: route({
    method: 'POST',
    path: '/api/v1/tessera/placement:simulate',
    summary: 'Simulate the placement of an inference.',
    description: `Simulates the placement of the replicas of a create request, or of several copies of it, on the current state of the cluster. Returns the node of each replica, or why it fits on no node. All copies together may have at most ${MAX_REPLICAS} replicas; of consecutive refusals only the first lists the nodes. Nothing is changed.`,
    tag: 'Tessera',
    query: { copies: queryInteger(1, MAX_COPIES, 1) },
    body: InferenceCreationRequest,
    bodyExample: EXAMPLES.inference,
    answers: { 200: { description: 'Executed successfully.', schema: PlacementSimulation } },
    errors: [400, 401, 403, 503],
    audited: 'answer',
    cost: { ...SPEC_BODY, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('inferences', 'create', 'body-project'),
  }),
  get_workload_placement: route({
    method: 'GET',
    path: '/api/v1/tessera/workloads/{workloadId}/placement',
    summary: 'Explain the placement of a workload node by node.',
    description:
      'Lists for every node of the cluster how many replicas of the workload it has, and whether a further one would be placed there now, fits there, or is rejected and by which filter. Nothing is changed. 404 for a workload that is deleted, or that its cluster does not know yet.',
    tag: 'Tessera',
    params: { workloadId: Id },
    answers: { 200: { description: 'Executed successfully.', schema: PlacementExplanation } },
    errors: [401, 403, 404, 503],
    audited: 'no',
    cost: { ...ALL, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_objects: route({
    method: 'GET',
    path: '/api/v1/tessera/workloads/{workloadId}/objects',
    summary: 'List the Kubernetes objects of a workload.',
    description:
      'The objects that exist on the cluster for the workload: those that are deleted with it, its replicas, the claims that it mounts, and the reservation pods of the devices that its replicas share. 404 for a workload that is deleted, or that its cluster does not know yet.',
    tag: 'Tessera',
    params: { workloadId: Id },
    answers: { 200: { description: 'Executed successfully.', schema: WorkloadObjects } },
    errors: [401, 403, 404, 503],
    audited: 'no',
    cost: { ...ALL, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_scaling: route({
    method: 'GET',
    path: '/api/v1/tessera/workloads/{workloadId}/scaling',
    summary: 'Get the scaling timeline of a workload.',
    description:
      'Every decision on the number of replicas with its inputs, and every cold start with its stages, newest first; also of a deleted workload, as long as its history is kept. `from` is included, `to` is not.',
    tag: 'Tessera',
    params: { workloadId: Id },
    query: {
      from: queryTime.optional().meta({ example: '2026-01-01T09:00:00.000Z' }),
      to: queryTime.optional().meta({ example: '2026-01-01T18:00:00.000Z' }),
      ...paging,
    },
    answers: {
      200: {
        description: 'Executed successfully.',
        schema: z.object({
          next: z.int().optional().meta({ example: 50 }),
          entries: z.array(ScalingEntry),
        }),
      },
    },
    errors: [400, 401, 403, 404, 500, 503],
    audited: 'no',
    cost: PAGE,
    strictQuery: true,
    permission: right('workloads', 'read', 'workload'),
  }),
  stream_events: route({
    method: 'GET',
    path: '/api/v1/tessera/events',
    summary: 'Stream workload events.',
    description:
      'Streams the events of workloads that the caller may see, as CloudEvents in JSON over server-sent events: the events of the events topic, in one order. The stream begins with new events; with `Last-Event-ID` (or `lastEventId`) it begins after that event, and with 0 at the oldest; with `since` it begins with the events recorded from that time on, where no id is given. Events are kept for 7 days; an event `missed` reports that some of the requested events are no longer kept. The stream ends when the token expires. With `follow=false` it ends once all kept events are sent.',
    tag: 'Tessera',
    query: {
      projectId: queryList(z.string().min(1).max(LENGTH.id))
        .optional()
        .meta({ example: ['1'] }),
      type: queryList(z.enum(STREAMED_TYPES))
        .optional()
        .meta({ example: ['io.tessera.inference.phase-changed.v1'] }),
      workloadId: queryList(Id)
        .optional()
        .meta({ example: ['5f4c6f0a-6a1e-4a51-9d0c-0f6a2f0c1b11'] }),
      lastEventId: querySingle(Position.optional()).meta({ example: '1042' }),
      since: queryTime.optional().meta({ example: '2026-01-01T12:00:00.000Z' }),
      follow: queryFlag,
    },
    headers: { 'last-event-id': Position.optional() },
    answers: {
      200: {
        description: 'The stream.',
        schema: z.string(),
        mediaType: 'text/event-stream',
        example: STREAM_EXAMPLE,
      },
    },
    errors: [400, 401, 403, 503],
    audited: 'no',
    cost: { ...ONE, stream: 'events' },
    strictQuery: true,
    permission: right('workloads', 'read', 'visible'),
  }),
};
