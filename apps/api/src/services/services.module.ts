import { Module } from '@nestjs/common';
import { BuiltInIssuer, METRICS_AUDIENCE, schedulerAudience } from '@tessera/adapter-oidc';
import { MetricsClient, SchedulerClient } from '@tessera/adapter-services';
import type { ApiConfig } from '../config';
import { IdentityModule } from '../identity/identity.module';
import { API_CONFIG } from '../providers';

/** Clients of the other services. They authenticate with tokens of the built-in issuer. */
@Module({
  imports: [IdentityModule],
  providers: [
    {
      provide: SchedulerClient,
      inject: [API_CONFIG, BuiltInIssuer],
      useFactory: (config: ApiConfig, issuer: BuiltInIssuer) =>
        new SchedulerClient({
          urlOf: (id) => config.TESSERA_CLUSTER_SCHEDULERS[id.toLowerCase()] ?? config.TESSERA_SCHEDULER_URL,
          token: (id) => issuer.serviceToken(schedulerAudience(id)),
        }),
    },
    {
      provide: MetricsClient,
      inject: [API_CONFIG, BuiltInIssuer],
      useFactory: ({ TESSERA_METRICS_URL: url }: ApiConfig, issuer: BuiltInIssuer) =>
        new MetricsClient({ url, token: () => issuer.serviceToken(METRICS_AUDIENCE) }),
    },
  ],
  exports: [MetricsClient, SchedulerClient],
})
export class ServicesModule {}
