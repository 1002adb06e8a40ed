import { Module } from '@nestjs/common';
import { ServicesModule } from '../services/services.module';
import { MigConfigController } from './mig-config.controller';

/** MIG configurations of nodes. */
@Module({ imports: [ServicesModule], controllers: [MigConfigController] })
export class MigConfigModule {}
