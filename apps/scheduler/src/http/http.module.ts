import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, Reflector } from '@nestjs/core';
import {
  createTokenVerifier,
  schedulerAudience,
  serviceIssuerOf,
  type TokenVerifier,
} from '@tessera/adapter-oidc';
import type { Clock } from '@tessera/kernel';
import { ErrorFilter, ServiceTokenGuard } from '@tessera/platform-http/nest';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { toHttpError } from './errors';

/** Verifies the tokens of our services (`TokenVerifier`). */
export const VERIFIER = Symbol('verifier of service tokens');

/** A scheduler that follows answers 503 to everything; that is no failure. */
const isLogged = (status: number): boolean => status === 500;

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
    {
      provide: APP_FILTER,
      inject: [LOGGER],
      useFactory: (logger: Logger) => new ErrorFilter({ toHttpError, isLogged, logger }),
    },
  ],
})
export class HttpModule {}
