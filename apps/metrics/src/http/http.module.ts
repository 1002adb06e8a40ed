import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, Reflector } from '@nestjs/core';
import { createTokenVerifier, METRICS_AUDIENCE, serviceIssuerOf } from '@tessera/adapter-oidc';
import type { Clock } from '@tessera/kernel';
import { ErrorFilter, ServiceTokenGuard } from '@tessera/platform-http/nest';
import type { Logger } from '@tessera/platform-logging';
import type { MetricsConfig } from '../config';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { toHttpError } from './errors';

const isLogged = (status: number): boolean => status >= 500;

/** What holds for every route: only our services may call it, and errors have one form. */
@Module({
  providers: [
    {
      provide: APP_GUARD,
      inject: [CONFIG, CLOCK, Reflector],
      useFactory: (config: MetricsConfig, clock: Clock, reflector: Reflector) =>
        new ServiceTokenGuard(
          createTokenVerifier(serviceIssuerOf(config, METRICS_AUDIENCE), clock),
          reflector,
        ),
    },
    {
      provide: APP_FILTER,
      inject: [LOGGER],
      useFactory: (logger: Logger) => new ErrorFilter({ toHttpError, isLogged, logger }),
    },
  ],
})
export class HttpModule {}
