import { Module } from '@nestjs/common';
import { signInEndpointsOf } from '@tessera/adapter-oidc';
import type { MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { IdentityModule } from '../identity/identity.module';
import { API_CONFIG, CLOCK, LOGGER } from '../providers';
import { ConsoleController } from './console.controller';
import { IdentityProviders } from './identity-providers';
import { PagesController } from './pages.controller';

/** Time for a discovery document of an identity provider, ms. */
const DISCOVERY_MS = 5_000;

/** Public pages. */
@Module({
  imports: [IdentityModule],
  controllers: [PagesController, ConsoleController],
  providers: [
    {
      provide: IdentityProviders,
      inject: [API_CONFIG, CLOCK, LOGGER],
      useFactory: (config: ApiConfig, clock: MonotonicClock, logger: Logger) =>
        new IdentityProviders(config, {
          discover: (issuer) => signInEndpointsOf(issuer, DISCOVERY_MS),
          clock,
          logger,
        }),
    },
  ],
})
export class PagesModule {}
