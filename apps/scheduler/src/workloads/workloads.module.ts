import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/cluster.module';
import { DatabaseModule } from '../database/database.module';
import { NodesModule } from '../nodes/nodes.module';
import { WorkloadsController } from './workloads.controller';

/** What exists for single workloads on the cluster. */
@Module({ imports: [ClusterModule, DatabaseModule, NodesModule], controllers: [WorkloadsController] })
export class WorkloadsModule {}
