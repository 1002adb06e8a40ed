import { Global, Module } from '@nestjs/common';
import { systemClock } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { version } from '../../package.json';
import { apiConfig, type ApiConfig } from '../config';
import { API_CONFIG, CLOCK, LOGGER, VERSION } from '../providers';

/** Configuration from the environment, logger, clock and version: everything starts from these. */
@Global()
@Module({
  providers: [
    { provide: API_CONFIG, useFactory: () => apiConfig(process.env) },
    { provide: CLOCK, useValue: systemClock },
    {
      provide: LOGGER,
      inject: [API_CONFIG],
      useFactory: ({ TESSERA_LOG_LEVEL }: ApiConfig) => createLogger('api', TESSERA_LOG_LEVEL),
    },
    { provide: VERSION, useValue: version },
  ],
  exports: [API_CONFIG, CLOCK, LOGGER, VERSION],
})
export class SettingsModule {}
