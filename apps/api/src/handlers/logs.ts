import type { WorkloadReader } from '@tessera/application-submission';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { workloadOf, type Handlers } from '../http/call';
import type { SchedulerClient } from './scheduler-client';

const PODS_PAGE = { offset: 0, limit: 500 };

/** Logs of pods, from the cluster through its scheduler. They go with the pod. */
export const logHandlers = (
  scheduler: SchedulerClient,
  reader: WorkloadReader,
): Pick<Handlers, 'get_workload_pod_logs'> => ({
  get_workload_pod_logs: async ({ params, query }, call) => {
    const { id, project } = workloadOf(call);
    const pods = await reader.podsOf(id, false, PODS_PAGE);
    const pod = pods.items.find(({ state }) => state.id === params.podId.toLowerCase());
    if (pod === undefined) throw new HttpError(404, ERRORS[404].message);
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) parameters.set(name, String(value));
    const [namespace, name] = [project.namespace, pod.state.name].map(encodeURIComponent);
    const path = `clusters/${project.clusterId}/namespaces/${namespace}/pods/${name}/log?${parameters.toString()}`;
    return { status: 200, body: await scheduler.text(project.clusterId, path) };
  },
});
