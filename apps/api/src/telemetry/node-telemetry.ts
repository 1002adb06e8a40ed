import type { MetricsClient, SchedulerClient } from '@tessera/adapter-services';
import {
  can,
  sumsOf,
  visibility,
  type OrganisationStore,
  type Principal,
  type TelemetryValue,
} from '@tessera/application-control-plane';
import { type NodeTelemetryType } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { DEFAULT_NODE_POOL } from '@tessera/contracts-metrics';
import { isMeasured, nodeParts, type PlacedNode } from './node-parts';

/** Which nodes are summed up, and how. */
export interface NodeTelemetryQuery {
  readonly telemetryType: NodeTelemetryType;
  readonly clusterId?: string | undefined;
  readonly nodepoolName?: string | undefined;
  readonly groupBy?: readonly string[] | undefined;
}

/** A range that ends now and has one sample: at its end. */
const LOOK_BACK_MS = 60_000;

/** Telemetry of nodes: what schedulers know of them, and what the metrics service measures. */
export class NodeTelemetry {
  constructor(
    private readonly store: Pick<OrganisationStore, 'clusters'>,
    private readonly scheduler: Pick<SchedulerClient, 'nodes'>,
    private readonly metrics: Pick<MetricsClient, 'ofScope'>,
  ) {}

  /**
   * Sums over the nodes of the clusters whose nodes the caller may all read. Throws 503 where a scheduler cannot be
   * asked, or not all of what is measured can be read: a sum of some nodes would look like that of all.
   */
  async read(
    { telemetryType: type, clusterId, nodepoolName, groupBy = [] }: NodeTelemetryQuery,
    principal: Principal,
    now: number,
  ): Promise<readonly TelemetryValue[]> {
    const { tenantId } = principal;
    const clusters = (await this.store.clusters(visibility(principal, 'nodes'))).filter(
      ({ id }) =>
        (clusterId === undefined || id === clusterId.toLowerCase()) &&
        can(principal, 'nodes', 'read', { tenantId, clusterId: id }),
    );
    const nodes = (await Promise.all(clusters.map((cluster) => this.nodesOf(cluster))))
      .flat()
      .filter(({ node }) => nodepoolName === undefined || (node.pool ?? DEFAULT_NODE_POOL) === nodepoolName);
    const measured = new Map<string, ReadonlyMap<string, number>>();
    if (isMeasured(type))
      for (const id of new Set(nodes.map(({ cluster }) => cluster.id)))
        measured.set(id, await this.measure(type, id, now));
    const parts = nodeParts(type, nodes, (id, node) => measured.get(id)?.get(node));
    const sums = sumsOf(parts, groupBy);
    const isNone = sums.length === 0 && groupBy.length === 0 && !(isMeasured(type) && nodes.length > 0);
    return isNone ? [{ value: 0, groups: [] }] : sums;
  }

  /** A cluster that was registered and never connected has no nodes. */
  private async nodesOf({
    id,
    name,
    lastLiveness,
  }: Awaited<ReturnType<OrganisationStore['clusters']>>[number]): Promise<readonly PlacedNode[]> {
    try {
      return (await this.scheduler.nodes(id)).map((node) => ({ cluster: { id, name }, node }));
    } catch (error) {
      if (lastLiveness === null) return [];
      throw error;
    }
  }

  private async measure(
    type: NodeTelemetryType,
    clusterId: string,
    now: number,
  ): Promise<ReadonlyMap<string, number>> {
    const times = {
      start: new Date(now - LOOK_BACK_MS).toISOString(),
      end: new Date(now).toISOString(),
    };
    const query = { metricType: [type], ...times, numberOfSamples: 1 };
    const { status, body } = await this.metrics.ofScope({ kind: 'cluster', clusterId }, query);
    if (status !== 200)
      throw new HttpError(503, 'Some nodes cannot be measured now.', `${type} of cluster ${clusterId}`);
    return new Map(
      body.measurements.flatMap(({ labels, values }) => {
        const value = values?.at(-1)?.value;
        return value === undefined ? [] : [[labels?.['node'] ?? '', Number(value)] as const];
      }),
    );
  }
}
