import { Controller, Inject } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import type { WorkloadReader } from '@tessera/application-control-plane';
import { ERRORS, type Input } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { claimsOf, noText, principalOf, workloadOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { WORKLOAD_READER } from '../providers';
import { LogStreams } from './log-streams';

const PODS_PAGE = { offset: 0, limit: 500 };

/** Streams pod logs from the cluster through its scheduler. Logs are deleted with the pod. */
@Controller()
export class LogsController {
  constructor(
    private readonly scheduler: SchedulerClient,
    @Inject(WORKLOAD_READER) private readonly reader: Pick<WorkloadReader, 'podsOf'>,
    private readonly streams: LogStreams,
  ) {}

  @Operation('get_workload_pod_logs')
  async stream(
    { params, query }: Input<'get_workload_pod_logs'>,
    call: Call,
  ): Reply<'get_workload_pod_logs'> {
    const { id, project } = workloadOf(call);
    const pods = await this.reader.podsOf(id, false, PODS_PAGE);
    const pod = pods.items.find(({ state }) => state.id === params.podId.toLowerCase());
    if (pod === undefined) throw new HttpError(404, ERRORS[404].message);
    if (call.isHead) return { status: 200, body: noText() };
    const { clusterId, namespace } = project;
    const { name } = pod.state;
    const body = await this.streams.send({
      reader: { principal: principalOf(call), claims: claimsOf(call) },
      mayStill: call.mayStill,
      follow: query.follow === true,
      connect: () => this.scheduler.podLog({ clusterId, namespace, name }, query, call.signal),
    });
    return { status: 200, body };
  }
}
