import { Controller, Inject, UseGuards } from '@nestjs/common';
import { InformedClusterView } from '@tessera/adapter-kubernetes';
import { HttpError } from '@tessera/platform-http';
import type { InternalAnswer } from '@tessera/contracts-internal';
import { ServedClusterGuard, type ServedCluster } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { CONFIG } from '../settings/tokens';

/** The heartbeat of the cluster. */
@Controller()
@UseGuards(ServedClusterGuard)
export class ClusterController {
  constructor(
    private readonly view: InformedClusterView,
    @Inject(CONFIG) private readonly config: ServedCluster,
  ) {}

  @Serves('heartbeat')
  cluster(): InternalAnswer<'heartbeat'>['body'] {
    const reason = this.view.notReady();
    if (reason !== undefined) throw new HttpError(503, reason);
    return { clusterId: this.config.TESSERA_CLUSTER_ID };
  }
}
