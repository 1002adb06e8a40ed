import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, Reflector } from '@nestjs/core';
import {
  createTokenVerifier,
  METRICS_AUDIENCE,
  serviceIssuerOf,
  type TokenVerifier,
} from '@tessera/adapter-oidc';
import type { Clock } from '@tessera/kernel';
import { ErrorFilter, ServiceTokenGuard } from '@tessera/platform-http/nest';
import type { Logger } from '@tessera/platform-logging';
import type { MetricsConfig } from '../config';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { toHttpError } from './errors';

/** Verifies the tokens of our services (`TokenVerifier`). */
export const VERIFIER = Symbol('verifier of service tokens');

const isLogged = (status: number): boolean => status >= 500;

/** What holds for every route: only our services may call it, and errors have one form. */
@Module({
  providers: [
    {
      provide: VERIFIER,
      inject: [CONFIG, CLOCK],
      useFactory: (config: MetricsConfig, clock: Clock) =>
        createTokenVerifier(serviceIssuerOf(config, METRICS_AUDIENCE), clock),
    },
    {
      provide: APP_GUARD,
      inject: [VERIFIER, Reflector],
      useFactory: (verifier: TokenVerifier, reflector: Reflector) =>
        new ServiceTokenGuard(verifier, reflector),
    },
    {
      provide: APP_FILTER,
      inject: [LOGGER],
      useFactory: (logger: Logger) => new ErrorFilter({ toHttpError, isLogged, logger }),
    },
  ],
})
export class HttpModule {}
