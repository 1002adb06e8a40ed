import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeyEncryption, LOCAL, PostgresDirectory, PostgresSigningKeys } from '@tessera/adapter-postgres';
import {
  AUDIENCE,
  BuiltInIssuer,
  createTokenVerifier,
  scryptSecrets,
  type TokenVerifier,
  type TrustedIssuer,
} from '@tessera/adapter-oidc';
import type {
  Issuers,
  OrganisationStore,
  SubjectStore,
  WorkloadReader,
} from '@tessera/application-control-plane';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import type { ApiMetrics } from '../platform/metrics';
import { StoresModule } from '../platform/stores.module';
import { DatabaseModule } from '../platform/database.module';
import { TelemetryModule } from '../platform/telemetry.module';
import {
  API_CONFIG,
  API_METRICS,
  CLOCK,
  ISSUERS,
  LOGGER,
  ORGANISATION,
  PLACES,
  SECRETS,
  SUBJECTS,
  VERIFIER,
  WORKLOAD_READER,
} from '../providers';
import type { Places } from '../http/guards/authorise';
import { Principals } from './principals';

/** Who calls: issuers and their keys, the verifier of tokens, principals with their permissions. */
@Module({
  imports: [DatabaseModule, StoresModule, TelemetryModule],
  providers: [
    { provide: SECRETS, useValue: scryptSecrets },
    {
      provide: BuiltInIssuer,
      inject: [API_CONFIG, DataSource, CLOCK, LOGGER, API_METRICS],
      useFactory: builtInIssuer,
    },
    {
      provide: ISSUERS,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig): Issuers => ({
        own: config.TESSERA_API_PUBLIC_URL,
        foreign: config.TESSERA_OIDC_ISSUERS,
      }),
    },
    {
      provide: VERIFIER,
      inject: [API_CONFIG, BuiltInIssuer, CLOCK],
      useFactory: (config: ApiConfig, issuer: BuiltInIssuer, clock: Clock): TokenVerifier =>
        createTokenVerifier(trustedIssuers(config, issuer), { now: () => clock.now() }),
    },
    {
      provide: Principals,
      inject: [SUBJECTS, ISSUERS, CLOCK],
      useFactory: (subjects: SubjectStore, issuers: Issuers, clock: MonotonicClock) =>
        new Principals({ subjects, issuers, tenantId: LOCAL.tenantId }, clock),
    },
    { provide: PLACES, inject: [PostgresDirectory, WORKLOAD_READER, ORGANISATION], useFactory: placesOf },
  ],
  exports: [BuiltInIssuer, ISSUERS, PLACES, Principals, SECRETS, VERIFIER],
})
export class IdentityModule {}

/** The issuer of our own tokens, ready to sign. */
async function builtInIssuer(
  config: ApiConfig,
  dataSource: DataSource,
  clock: Clock,
  logger: Logger,
  metrics: Pick<ApiMetrics, 'keysEncrypted'>,
): Promise<BuiltInIssuer> {
  const issuer = new BuiltInIssuer({
    keys: await protectedKeys(config, dataSource, logger, metrics),
    issuer: config.TESSERA_API_PUBLIC_URL,
    audience: AUDIENCE,
    ttlSeconds: config.TESSERA_TOKEN_TTL_SECONDS,
    clock,
  });
  await issuer.prepare();
  return issuer;
}

/** The signing keys, encrypted in the database where a key is set; throws if they cannot be decrypted. */
async function protectedKeys(
  config: ApiConfig,
  dataSource: DataSource,
  logger: Logger,
  metrics: Pick<ApiMetrics, 'keysEncrypted'>,
): Promise<PostgresSigningKeys> {
  const encryption = new KeyEncryption(config.TESSERA_KEY_ENCRYPTION_KEY);
  const keys = new PostgresSigningKeys(dataSource, encryption);
  const encrypted = await keys.protect();
  if (encrypted > 0)
    logger.info({ keys: encrypted, encryptionKey: encryption.current }, 'encrypted the signing keys');
  metrics.keysEncrypted.set(encryption.current === undefined ? 0 : 1);
  if (encryption.current === undefined)
    logger.warn(
      'signing keys are stored unencrypted; anyone who can read the database can issue tokens; set TESSERA_KEY_ENCRYPTION_KEY',
    );
  return keys;
}

/** The built-in issuer and those of the configuration. */
function trustedIssuers(config: ApiConfig, issuer: BuiltInIssuer): readonly TrustedIssuer[] {
  const others = config.TESSERA_OIDC_ISSUERS.map(({ issuer: name, audience = AUDIENCE }) => ({
    issuer: name,
    audience,
  }));
  const keys = async () => ({ keys: [...(await issuer.jwks()).keys] });
  return [{ issuer: config.TESSERA_API_PUBLIC_URL, audience: AUDIENCE, keys }, ...others];
}

function placesOf(
  directory: PostgresDirectory,
  reader: WorkloadReader,
  organisation: OrganisationStore,
): Places {
  return {
    directory,
    reader,
    department: async (id) => {
      const found = await organisation.department(id);
      return found && { tenantId: found.tenantId, clusterId: found.clusterId, departmentId: found.id };
    },
    cluster: async (id) => {
      const found = await organisation.cluster(id);
      return found && { tenantId: found.tenantId, clusterId: found.id };
    },
    shows: async (orgUnit, id, seen) => {
      if (orgUnit === 'cluster')
        return (await organisation.clusters(seen)).some((cluster) => cluster.id === id);
      const filters = [{ field: 'id', operator: '==', value: id }] as const;
      const page = await organisation.departments(
        { seen, filters },
        { order: 'asc' },
        { offset: 0, limit: 1 },
      );
      return page.items.length > 0;
    },
  };
}
