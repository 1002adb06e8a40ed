import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, Reflector } from '@nestjs/core';
import {
  createTokenVerifier,
  schedulerAudience,
  serviceIssuerOf,
  type TokenVerifier,
} from '@tessera/adapter-oidc';
import type { Clock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { ErrorFilter } from './error.filter';
import { ServiceTokenGuard } from './service-token.guard';

/** Verifies the tokens of our services (`TokenVerifier`). */
export const VERIFIER = Symbol('verifier of service tokens');

/** What holds for every route: only our services may call it, and errors have one form. */
@Module({
  providers: [
    {
      provide: VERIFIER,
      inject: [CONFIG, CLOCK],
      useFactory: (config: SchedulerConfig, clock: Clock) =>
        createTokenVerifier(serviceIssuerOf(config, schedulerAudience(config.TESSERA_CLUSTER_ID)), clock),
    },
    {
      provide: APP_GUARD,
      inject: [VERIFIER, Reflector],
      useFactory: (verifier: TokenVerifier, reflector: Reflector) =>
        new ServiceTokenGuard(verifier, reflector),
    },
    { provide: APP_FILTER, inject: [LOGGER], useFactory: (logger: Logger) => new ErrorFilter(logger) },
  ],
})
export class HttpModule {}
