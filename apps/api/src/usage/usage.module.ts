import { Module } from '@nestjs/common';
import type { ApiConfig } from '../config';
import { API_CONFIG } from '../providers';
import { configuredPrices } from './prices';
import { PRICES, UsageController } from './usage.controller';
import { UsageStoresModule } from './usage-stores.module';

/** Usage of GPUs, and workloads that hold GPUs without work. */
@Module({
  imports: [UsageStoresModule],
  controllers: [UsageController],
  providers: [
    { provide: PRICES, inject: [API_CONFIG], useFactory: (config: ApiConfig) => configuredPrices(config) },
  ],
})
export class UsageModule {}
