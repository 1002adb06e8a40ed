import type { SchedulerClient } from '@tessera/adapter-services';
import type { WorkloadReader } from '@tessera/application-control-plane';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { claimsOf, noText, principalOf, workloadOf, type Handlers } from '../http/call';
import type { LogStreams } from '../streams/log-streams';

const PODS_PAGE = { offset: 0, limit: 500 };

/** Streams pod logs from the cluster through its scheduler. Logs are deleted with the pod. */
export const logHandlers = (
  scheduler: SchedulerClient,
  reader: WorkloadReader,
  streams: LogStreams,
): Pick<Handlers, 'get_workload_pod_logs'> => ({
  get_workload_pod_logs: async ({ params, query }, call) => {
    const { id, project } = workloadOf(call);
    const pods = await reader.podsOf(id, false, PODS_PAGE);
    const pod = pods.items.find(({ state }) => state.id === params.podId.toLowerCase());
    if (pod === undefined) throw new HttpError(404, ERRORS[404].message);
    if (call.isHead) return { status: 200, body: noText() };
    const { clusterId, namespace } = project;
    const { name } = pod.state;
    const body = await streams.send({
      reader: { principal: principalOf(call), claims: claimsOf(call) },
      mayStill: call.mayStill,
      follow: query.follow === true,
      connect: () => scheduler.podLog({ clusterId, namespace, name }, query, call.signal),
    });
    return { status: 200, body };
  },
});
