import { z } from 'zod';
import { EVENTS, type EventName } from '@tessera/contracts-events';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { EXAMPLES } from '../examples';
import { ONE, SMALL_BODY, SPEC_BODY } from '../costs';
import { right, route } from '../route';
import { LENGTH, MAX_COPIES } from '../schemas/bounds';
import { InferenceCreationRequest } from '../schemas/inference';
import { MigConfigReport, MigConfigRequest } from '../schemas/mig-config';
import { bounded, Id, queryFlag, queryInteger, queryList, querySingle } from '../schemas/primitives';
import { PlacementSimulation } from '../schemas/simulation';

/** CloudEvents types that are streamed: the public facts. */
export const STREAMED_TYPES = Object.values(EVENTS)
  .filter(({ topic }) => topic === 'events')
  .map(({ type }) => type) as (typeof EVENTS)[EventName]['type'][];

/** A position in the stream: digits and nothing else. */
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

const MIG_CONFIG = '/api/v1/tessera/clusters/{clusterId}/nodes/{nodeName}/mig-config' as const;
const migParams = { clusterId: Id, nodeName: z.string().min(1).max(253).meta({ example: 'h100-pool-b-1' }) };

/** Our own additions. */
export const tesseraRoutes = {
  get_mig_config: route({
    method: 'GET',
    path: MIG_CONFIG,
    summary: 'Read the MIG configuration of a node.',
    description: 'What the node has, what it could have, and where a change stands.',
    tag: 'Tessera',
    params: migParams,
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
    summary: 'Change how the GPUs of a node are cut.',
    description:
      'Asks for a configuration of mig-manager. The node is cordoned, our replicas on its GPUs move to other nodes, then mig-manager cuts the GPUs anew, and the cordon is lifted; the answer comes at once, and reading tells how far it is. 409, with nothing changed, where a device is in use by pods that are not ours, or where another change is under way.',
    tag: 'Tessera',
    params: migParams,
    body: MigConfigRequest,
    bodyExample: EXAMPLES.migConfig,
    answers: { 202: { description: 'Asked for.', schema: MigConfigReport } },
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
      'Nothing is asked of the node any more. A change that only drains the node ends, and the cordon is lifted; one that mig-manager is at work on cannot be called back (409). The GPUs stay as they are cut.',
    tag: 'Tessera',
    params: migParams,
    answers: { 200: { description: 'Withdrawn.', schema: MigConfigReport } },
    errors: [400, 401, 403, 404, 409, 503],
    audited: 'answer',
    cost: { ...ONE, asks: ['scheduler'] },
    strictQuery: true,
    permission: right('nodes', 'update', 'cluster'),
  }),
  simulate_placement: route({
    method: 'POST',
    path: '/api/v1/tessera/placement:simulate',
    summary: 'Where would it go now?',
    description: `Places the replicas of a create request, or of several copies of it, on the cluster as it is now, and says where they would go and why not. All copies together have ${MAX_REPLICAS} replicas at most; where one after the other fits nowhere, the first refusal names the nodes. Nothing is changed.`,
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
  stream_events: route({
    method: 'GET',
    path: '/api/v1/tessera/events',
    summary: 'Follow what happens.',
    description:
      'Server-sent events of the facts about workloads that the caller may see, as CloudEvents in JSON: those of the events topic, in one order. It begins with what happens from now on; with `Last-Event-ID` (or `lastEventId`) behind that event, and with 0 at the oldest. Facts are kept for 7 days; an event `missed` says that some of what was asked for is gone. The stream ends when the token expires. With `follow=false` it ends when all that is kept was sent.',
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
