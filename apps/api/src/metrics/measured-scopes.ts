import type { SchedulerClient } from '@tessera/adapter-services';
import { can, visibility, type OrganisationStore, type Principal } from '@tessera/application-control-plane';
import type { MeasuredScope } from '@tessera/contracts-internal';
import { ERRORS, readFilter } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { everyPage } from '../organisation/every-page';

type Store = Pick<OrganisationStore, 'clusters' | 'nodePools' | 'project' | 'projects'>;

const notFound = (): HttpError => new HttpError(404, ERRORS[404].message);

/** Finds the measured scope of the resource that a call names; throws 404 for an unknown one. */
export class MeasuredScopes {
  constructor(
    private readonly store: Store,
    private readonly scheduler: Pick<SchedulerClient, 'nodes'>,
  ) {}

  /** A cluster, or one of its node pools where one is named. */
  async cluster(
    clusterId: string,
    nodePool: string | undefined,
    { tenantId }: Pick<Principal, 'tenantId'>,
  ): Promise<MeasuredScope> {
    if (nodePool === undefined) return { kind: 'cluster', clusterId };
    const pools = await this.store.nodePools(clusterId, tenantId);
    if (!pools.some(({ name }) => name === nodePool)) throw notFound();
    return { kind: 'node-pool', clusterId, nodePool };
  }

  /**
   * A node, in a cluster whose nodes the caller may read; 404 where no such cluster has it. If no cluster has the node
   * and a scheduler could not be reached, throws the error of that scheduler; clusters that never connected have no
   * nodes.
   */
  async node(nodeId: string, principal: Principal): Promise<MeasuredScope> {
    const { tenantId } = principal;
    const clusters = (await this.store.clusters(visibility(principal, 'nodes'))).filter(({ id }) =>
      can(principal, 'nodes', 'read', { tenantId, clusterId: id }),
    );
    const wanted = nodeId.toLowerCase();
    const failures: unknown[] = [];
    const found = await Promise.all(
      clusters.map(async ({ id: clusterId, lastLiveness }) => {
        try {
          const nodes = await this.scheduler.nodes(clusterId);
          const node = nodes.find(({ uid }) => uid.toLowerCase() === wanted);
          return node === undefined ? [] : [{ kind: 'node' as const, clusterId, node: node.name }];
        } catch (error) {
          if (lastLiveness !== null) failures.push(error);
          return [];
        }
      }),
    );
    const [scope] = found.flat();
    if (scope !== undefined) return scope;
    throw failures[0] ?? notFound();
  }

  async project(id: string, nodePool: string | undefined): Promise<MeasuredScope> {
    const project = await this.store.project(id);
    if (project === undefined) throw notFound();
    const namespaces = [project.namespace];
    return { kind: 'org-unit', orgUnit: 'project', id, namespaces, nodePool };
  }

  async department(id: string, nodePool: string | undefined, principal: Principal): Promise<MeasuredScope> {
    const query = {
      seen: visibility(principal, 'departments'),
      filters: [readFilter(`departmentId==${id}`)],
    };
    const projects = await everyPage((page) => this.store.projects(query, { order: 'asc' }, page));
    const namespaces = projects.map(({ namespace }) => namespace);
    return { kind: 'org-unit', orgUnit: 'department', id, namespaces, nodePool };
  }
}
