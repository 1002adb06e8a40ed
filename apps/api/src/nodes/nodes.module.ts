import { Module } from '@nestjs/common';
import { ServicesModule } from '../services/services.module';
import { CordonController } from './cordon.controller';
import { MigConfigController } from './mig-config.controller';

/** What operators change on nodes: cordons and MIG configurations. */
@Module({ imports: [ServicesModule], controllers: [CordonController, MigConfigController] })
export class NodesModule {}
