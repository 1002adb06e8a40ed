import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module';
import { AssetsModule } from './assets/assets.module';
import { EventsModule } from './events/events.module';
import { FeedModule } from './feed/feed.module';
import { HttpModule } from './http/http.module';
import { InferencesModule } from './inferences/inferences.module';
import { LogsModule } from './logs/logs.module';
import { MetricsModule } from './metrics/metrics.module';
import { NodesModule } from './nodes/nodes.module';
import { OrganisationModule } from './organisation/organisation.module';
import { PagesModule } from './pages/pages.module';
import { SeedModule } from './platform/seed.module';
import { SettingsModule } from './platform/settings.module';
import { ModelAliasesModule } from './model-aliases/model-aliases.module';
import { PoliciesModule } from './policies/policies.module';
import { RevisionsModule } from './revisions/revisions.module';
import { ServingKeysModule } from './serving-keys/serving-keys.module';
import { ServingLimitsModule } from './serving-limits/serving-limits.module';
import { SimulationModule } from './simulation/simulation.module';
import { OrgUnitTelemetryModule } from './telemetry/org-unit-telemetry.module';
import { TokensModule } from './tokens/tokens.module';
import { UsageModule } from './usage/usage.module';
import { WorkloadsModule } from './workloads/workloads.module';

/** What answers requests: one module for each resource. */
@Module({
  imports: [
    SettingsModule,
    HttpModule,
    SeedModule,
    AccessModule,
    AssetsModule,
    EventsModule,
    FeedModule,
    InferencesModule,
    LogsModule,
    MetricsModule,
    NodesModule,
    OrganisationModule,
    ModelAliasesModule,
    PagesModule,
    PoliciesModule,
    RevisionsModule,
    ServingKeysModule,
    ServingLimitsModule,
    SimulationModule,
    OrgUnitTelemetryModule,
    TokensModule,
    UsageModule,
    WorkloadsModule,
  ],
})
export class ApiModule {}
