import { Module } from '@nestjs/common';
import { UsageController } from './usage.controller';
import { UsageStoresModule } from './usage-stores.module';

/** What GPUs were used for. */
@Module({ imports: [UsageStoresModule], controllers: [UsageController] })
export class UsageModule {}
