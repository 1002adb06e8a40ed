import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { InformedClusterView } from '@tessera/adapter-kubernetes';
import { HttpError } from '@tessera/platform-http';
import { ServedClusterGuard, type ServedCluster } from '../http/served-cluster.guard';
import { CONFIG } from '../settings/tokens';

/** The heartbeat of the cluster. */
@Controller('internal/v1/clusters/:clusterId')
@UseGuards(ServedClusterGuard)
export class ClusterController {
  constructor(
    private readonly view: InformedClusterView,
    @Inject(CONFIG) private readonly config: ServedCluster,
  ) {}

  @Get()
  cluster(): { readonly clusterId: string } {
    const reason = this.view.notReady();
    if (reason !== undefined) throw new HttpError(503, reason);
    return { clusterId: this.config.TESSERA_CLUSTER_ID };
  }
}
