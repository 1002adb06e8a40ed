import { Module } from '@nestjs/common';
import { ApiModule } from './api.module';
import { LivenessModule } from './loops/liveness.module';
import { ProjectionModule } from './loops/projection.module';
import { RelayModule } from './loops/relay.module';
import { RetentionModule } from './loops/retention.module';
import { AdminModule } from './platform/admin.module';
import { TopicsModule } from './platform/topics.module';
import { TracingModule } from './platform/tracing.module';
import { UsageLoopsModule } from './usage/usage-loops.module';

/**
 * The process: the API, the loops beside it and the admin port. Hooks start modules from the deepest import upwards and
 * stop them in the other direction: loops before the event log, and that before the database.
 */
@Module({
  imports: [
    TracingModule,
    ApiModule,
    TopicsModule,
    ProjectionModule,
    RelayModule,
    LivenessModule,
    RetentionModule,
    UsageLoopsModule,
    AdminModule,
  ],
})
export class AppModule {}
