import type { WorkloadReader } from '@tessera/application-control-plane';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError, pathOf } from '@tessera/platform-http';
import { claimsOf, noText, principalOf, workloadOf, type Handlers } from '../http/call';
import type { LogStreams } from '../streams/log-streams';
import type { SchedulerClient } from './scheduler-client';

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
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) parameters.set(name, String(value));
    const { clusterId, namespace } = project;
    const path = pathOf('clusters', clusterId, 'namespaces', namespace, 'pods', pod.state.name, 'log');
    const body = await streams.send({
      reader: { principal: principalOf(call), claims: claimsOf(call) },
      mayStill: call.mayStill,
      follow: query.follow === true,
      connect: () => scheduler.text(clusterId, `${path}?${parameters.toString()}`, call.signal),
    });
    return { status: 200, body };
  },
});
