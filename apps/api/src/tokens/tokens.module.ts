import { Module } from '@nestjs/common';
import { BuiltInIssuer } from '@tessera/adapter-oidc';
import type { Secrets, SubjectStore } from '@tessera/application-control-plane';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import type { ApiConfig } from '../config';
import { IdentityModule } from '../identity/identity.module';
import { AuditTrail } from '../limits/audit-trail';
import { LimitsModule } from '../limits/limits.module';
import { LoginLimits } from '../limits/login-limits';
import { Logins } from '../limits/logins';
import type { ApiMetrics } from '../platform/metrics';
import { StoresModule } from '../platform/stores.module';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_CONFIG, API_METRICS, CLOCK, SECRETS, SUBJECTS } from '../providers';
import { TokensController } from './tokens.controller';

/** Access tokens for applications and people. */
@Module({
  imports: [IdentityModule, LimitsModule, StoresModule, TelemetryModule],
  controllers: [TokensController],
  providers: [
    {
      provide: Logins,
      inject: [SUBJECTS, SECRETS, BuiltInIssuer, CLOCK, API_CONFIG, AuditTrail, API_METRICS],
      useFactory: (
        subjects: SubjectStore,
        secrets: Secrets,
        issuer: BuiltInIssuer,
        clock: Clock & MonotonicClock,
        config: ApiConfig,
        audit: AuditTrail,
        metrics: ApiMetrics,
      ) =>
        new Logins({
          controlPlane: { subjects, secrets, issuer, clock },
          limits: new LoginLimits(config.TESSERA_LOGINS_PER_MINUTE, clock),
          audit,
          onLogin: (outcome) => metrics.logins.inc({ outcome }),
        }),
    },
  ],
})
export class TokensModule {}
