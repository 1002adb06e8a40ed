import { Controller, Inject } from '@nestjs/common';
import {
  registerCluster,
  visibility,
  type OrganisationStore,
  type RegistrationDependencies,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import type { Clock } from '@tessera/kernel';
import { principalOf, type Call, type Reply } from '../http/call';
import { orNotFound, orRefuse } from '../http/changed';
import { Operation } from '../http/operation';
import { CLOCK, ORGANISATION } from '../providers';
import { toClusterBody } from './cluster-body';

/** Injection token of what registering a cluster needs. */
export const REGISTRATION = Symbol('registration of clusters');

/** Clusters: registered once, and read by everybody who may use them. */
@Controller()
export class ClustersController {
  constructor(
    @Inject(ORGANISATION) private readonly store: OrganisationStore,
    @Inject(REGISTRATION) private readonly registration: RegistrationDependencies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Operation('get_clusters')
  async list({ query }: Input<'get_clusters'>, call: Call): Reply<'get_clusters'> {
    const clusters = await this.store.clusters(visibility(principalOf(call), 'clusters'));
    const full = query.verbosity === 'full';
    return {
      status: 200,
      body: clusters.map((cluster) => toClusterBody(cluster, this.clock.now(), full)),
    };
  }

  @Operation('create_cluster')
  async create({ body }: Input<'create_cluster'>, call: Call): Reply<'create_cluster'> {
    const { name, domain = null, version = null } = body;
    const request = { name, domain, version };
    const registered = orRefuse(await registerCluster(this.registration, request, principalOf(call)));
    const { cluster, ...scheduler } = registered;
    return { status: 201, body: { ...toClusterBody(cluster, this.clock.now()), scheduler } };
  }

  @Operation('get_cluster_by_uuid')
  async get({ params }: Input<'get_cluster_by_uuid'>): Reply<'get_cluster_by_uuid'> {
    return {
      status: 200,
      body: toClusterBody(orNotFound(await this.store.cluster(params.clusterId)), this.clock.now()),
    };
  }
}
