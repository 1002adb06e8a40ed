import type { z } from 'zod';
import type {
  InternalAnswer,
  InternalOperation,
  INTERNAL_ROUTES,
  NodesQuery,
  PodLogQuery,
} from '@tessera/contracts-internal';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import {
  callInternal,
  streamInternal,
  unavailable,
  type InternalInput,
  type InternalService,
  type ErrorAnswer,
} from './internal-client';

export interface SchedulerClientOptions {
  /** Address of the scheduler that serves the cluster. */
  readonly urlOf: (clusterId: string) => string;
  /** Issues the API's own token for that scheduler; the API has authorised the caller. */
  readonly token: (clusterId: string) => Promise<string>;
  /** Longest time until a JSON response has arrived, or until the first byte of a stream, ms; 20 s by default. */
  readonly limitMs?: number;
}

type Body<O extends InternalOperation> = InternalAnswer<O>['body'];
type Simulation = z.input<(typeof INTERNAL_ROUTES)['simulatePlacement']['body']>;

/** A workload and the cluster that it is on. */
interface OnCluster {
  readonly clusterId: string;
  readonly workloadId: string;
}

/**
 * Client of the schedulers, one for each cluster. Every method throws {@link HttpError}: 503 where the scheduler is
 * unreachable or serves another cluster, else what the scheduler refused.
 */
export class SchedulerClient {
  constructor(private readonly options: SchedulerClientOptions) {}

  /** Resolves while the scheduler of the cluster serves it. */
  async heartbeat(clusterId: string): Promise<void> {
    await this.call(clusterId, 'heartbeat', { params: { clusterId } });
  }

  /** Nodes of the cluster with their GPUs, sorted by name. */
  async nodes(clusterId: string): Promise<Body<'nodes'>['nodes']> {
    return (await this.nodesPage(clusterId, {})).nodes;
  }

  /** A page of them; on request with the holders of the shares of the GPUs. */
  nodesPage(clusterId: string, query: NodesQuery): Promise<Body<'nodes'>> {
    return this.call(clusterId, 'nodes', { params: { clusterId }, query });
  }

  /** The MIG configuration of a node. */
  migConfig(clusterId: string, name: string): Promise<Body<'migConfig'>> {
    return this.call(clusterId, 'migConfig', { params: { clusterId, name } });
  }

  /** Requests a MIG configuration of a node, or clears the request with null. */
  requestMigConfig(
    clusterId: string,
    name: string,
    config: string | null,
  ): Promise<Body<'requestMigConfig'>> {
    return this.call(clusterId, 'requestMigConfig', { params: { clusterId, name }, body: { config } });
  }

  /** Cordons a node, or uncordons it. */
  cordon(clusterId: string, name: string, cordoned: boolean): Promise<Body<'cordon'>> {
    return this.call(clusterId, 'cordon', { params: { clusterId, name }, body: { cordoned } });
  }

  /** Where the replicas of that many copies of a workload would be placed. */
  async simulatePlacement(simulation: Simulation): Promise<Body<'simulatePlacement'>['replicas']> {
    const { clusterId } = simulation.command;
    return (await this.call(clusterId, 'simulatePlacement', { params: {}, body: simulation })).replicas;
  }

  /** Result of each node for a further replica of a workload. 404 where the scheduler does not know the workload. */
  explainPlacement({ clusterId, workloadId }: OnCluster): Promise<Body<'explainPlacement'>> {
    return this.call(clusterId, 'explainPlacement', { params: { clusterId, workloadId } });
  }

  /** The Kubernetes objects of a workload. 404 where the scheduler does not know the workload. */
  workloadObjects({ clusterId, workloadId }: OnCluster): Promise<Body<'workloadObjects'>> {
    return this.call(clusterId, 'workloadObjects', { params: { clusterId, workloadId } });
  }

  /** The log of a pod as a stream. The cluster's 400 or 404 for an unknown pod or container is passed on. */
  podLog(
    pod: { readonly clusterId: string; readonly namespace: string; readonly name: string },
    query: PodLogQuery,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const { clusterId, namespace, name } = pod;
    const input = { params: { clusterId, namespace, name }, query };
    return streamInternal(this.of(clusterId), 'podLog', input, refusal, signal);
  }

  private async call<O extends InternalOperation>(
    clusterId: string,
    operation: O,
    input: InternalInput<O>,
  ): Promise<Body<O>> {
    return (await callInternal(this.of(clusterId), operation, input, refusal)).body;
  }

  private of(clusterId: string): InternalService {
    const { urlOf, token, limitMs } = this.options;
    return { name: 'the scheduler', url: urlOf(clusterId), token: () => token(clusterId), limitMs };
  }
}

function refusal({ status, message, details }: ErrorAnswer): HttpError {
  if (status === 400 || ((status === 404 || status === 409) && details !== undefined))
    return new HttpError(status, message ?? ERRORS[status].message, details);
  if (status === 404)
    return unavailable(
      'no scheduler of this cluster is known; TESSERA_CLUSTER_SCHEDULERS names those of single clusters',
    );
  return unavailable(`the scheduler answered ${status} ${details ?? message ?? ''}`.trim());
}
