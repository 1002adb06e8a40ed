import { Module } from '@nestjs/common';
import { InformedClusterView } from '@tessera/adapter-kubernetes';
import { ClusterModule } from '../cluster/cluster.module';
import { ClusterController } from './cluster.controller';
import { ClusterNodes } from './cluster-nodes';
import { CordonController } from './cordon.controller';
import { LogsController } from './logs.controller';
import { MigConfigController } from './mig-config.controller';
import { NodesController } from './nodes.controller';

/** Heartbeat, nodes, cordons, MIG configuration and pod logs of the cluster. */
@Module({
  imports: [ClusterModule],
  controllers: [ClusterController, NodesController, CordonController, MigConfigController, LogsController],
  providers: [
    {
      provide: ClusterNodes,
      inject: [InformedClusterView],
      useFactory: (view: InformedClusterView) => new ClusterNodes(view),
    },
  ],
  exports: [ClusterNodes],
})
export class NodesModule {}
