import { Module, type BeforeApplicationShutdown } from '@nestjs/common';
import type { GatewayFeedStore } from '@tessera/application-control-plane';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import { StoresModule } from '../platform/stores.module';
import { CLOCK, GATEWAY_FEED } from '../providers';
import { FeedController } from './feed.controller';
import { FeedWatch } from './feed-watch';

/** The feed of gateways. Waiting requests are answered before the server waits for its requests to end. */
@Module({
  imports: [StoresModule],
  controllers: [FeedController],
  providers: [
    {
      provide: FeedWatch,
      inject: [GATEWAY_FEED, CLOCK],
      useFactory: (store: GatewayFeedStore, clock: Clock & MonotonicClock) => new FeedWatch({ store, clock }),
    },
  ],
})
export class FeedModule implements BeforeApplicationShutdown {
  constructor(private readonly watch: FeedWatch) {}

  beforeApplicationShutdown(): void {
    this.watch.stop();
  }
}
