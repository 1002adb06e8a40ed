import { randomInt, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  ensureApplication,
  EventNotifier,
  KeyEncryption,
  LOCAL,
  PostgresAccess,
  PostgresAssets,
  PostgresDirectory,
  PostgresFacts,
  PostgresOrganisation,
  PostgresSigningKeys,
  PostgresSubjects,
  PostgresSubmissionStore,
  PostgresWorkloadReader,
  seedLocalOrganisation,
} from '@tessera/adapter-postgres';
import {
  AUDIENCE,
  BuiltInIssuer,
  createTokenVerifier,
  schedulerAudience,
  scryptSecrets,
  type TrustedIssuer,
} from '@tessera/adapter-oidc';
import { SchedulerClient } from '@tessera/adapter-services';
import type { EventLog } from '@tessera/application-messaging';
import {
  orgUnitMessages,
  type FactStore,
  type Issuers,
  type ControlPlaneDependencies,
} from '@tessera/application-control-plane';
import { commandsTopic } from '@tessera/contracts-events';
import { trustedProxies } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { currentTraceparent } from '@tessera/platform-telemetry';
import type { Clock } from '@tessera/kernel';
import type { ApiConfig } from './config';
import { guardrailsOf } from './guardrails';
import { handlersOf } from './handlers/all';
import { moreViolations } from './handlers/more-violations';
import type { Places } from './http/authorise';
import { Liveness } from './loops/liveness';
import { Endpoint } from './http/endpoint';
import { mountPages } from './http/pages';
import { Principals } from './http/principals';
import { AuditTrail } from './limits/audit-trail';
import { LoginLimits } from './limits/login-limits';
import { Logins } from './limits/logins';
import { RateLimit } from './limits/rate-limit';
import { createServer } from './http/server';
import type { ApiMetrics } from './metrics';
import { FactStreams } from './streams/fact-streams';
import { LogStreams } from './streams/log-streams';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const DEFAULT_TENANT = LOCAL.tenantId;

export interface ApiDependencies {
  readonly config: ApiConfig;
  readonly dataSource: DataSource;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: ApiMetrics;
  readonly version: string;
}

export interface Api {
  readonly app: NestFastifyApplication;
  readonly controlPlane: ControlPlaneDependencies;
  readonly issuer: BuiltInIssuer;
  readonly facts: FactStore;
  readonly liveness: Liveness;
  readonly audit: AuditTrail;
}

/** Wires the API together; nothing listens and no loop runs yet. */
export async function createApi(parts: ApiDependencies): Promise<Api> {
  const { config, dataSource, clock, logger } = parts;
  await seed(parts);
  const issuer = new BuiltInIssuer({
    keys: await protectedKeys(parts),
    issuer: config.TESSERA_API_PUBLIC_URL,
    audience: AUDIENCE,
    ttlSeconds: config.TESSERA_TOKEN_TTL_SECONDS,
    clock,
  });
  await issuer.prepare();
  const directory = PostgresDirectory.onPoolOf(dataSource, () => clock.now());
  const store = new PostgresSubmissionStore(dataSource, directory, config.TESSERA_RECORD_LIMIT_BYTES);
  const controlPlane: ControlPlaneDependencies = {
    store,
    directory,
    guardrails: guardrailsOf(config),
    clock,
    newId: randomUUID,
    newSuffix,
    topicPrefix: config.TESSERA_TOPIC_PREFIX,
    specSettings: { gpuMemoryEnforcement: config.TESSERA_GPU_MEMORY_ENFORCEMENT },
  };
  const subjects = new PostgresSubjects(dataSource);
  const issuers: Issuers = { own: config.TESSERA_API_PUBLIC_URL, foreign: config.TESSERA_OIDC_ISSUERS };
  const principals = new Principals(subjects, issuers, DEFAULT_TENANT, () => clock.now());
  const reader = new PostgresWorkloadReader(dataSource);
  const organisation = new PostgresOrganisation(
    dataSource,
    (orgUnit) =>
      orgUnitMessages(orgUnit, {
        topicPrefix: config.TESSERA_TOPIC_PREFIX,
        newId: randomUUID,
        now: new Date(clock.now()).toISOString(),
        traceparent: currentTraceparent(),
      }),
    config.TESSERA_RECORD_LIMIT_BYTES,
  );
  const facts = new PostgresFacts(dataSource);
  const streams = new FactStreams({
    facts,
    principals,
    perSubject: config.TESSERA_EVENT_STREAMS_PER_SUBJECT,
    now: () => clock.now(),
  });
  const notifier = new EventNotifier(config.TESSERA_DATABASE_URL, () => streams.wake());
  void notifier.open();
  const scheduler = new SchedulerClient({
    urlOf: (id) => config.TESSERA_CLUSTER_SCHEDULERS[id.toLowerCase()] ?? config.TESSERA_SCHEDULER_URL,
    token: (id) => issuer.serviceToken(schedulerAudience(id)),
  });
  const liveness = new Liveness({ organisation, scheduler, clock, logger });
  const logs = new LogStreams({
    perSubject: config.TESSERA_LOG_STREAMS_PER_SUBJECT,
    now: () => clock.now(),
  });
  const audit = new AuditTrail({
    write: (entry) => store.transaction((tx) => tx.audit(entry)),
    logger,
    now: () => clock.now(),
    flushMs: config.TESSERA_AUDIT_REFUSALS_MS,
  });
  audit.start();
  const logins = new Logins({
    controlPlane: { subjects, secrets: scryptSecrets, issuer, clock },
    limits: new LoginLimits(config.TESSERA_LOGINS_PER_MINUTE, () => clock.now()),
    audit,
    onLogin: (outcome) => parts.metrics.logins.inc({ outcome }),
  });
  const endpoint = new Endpoint({
    handlers: handlersOf({
      config,
      controlPlane,
      reader,
      organisation,
      assets: new PostgresAssets(dataSource),
      directory,
      principals,
      subjects,
      access: new PostgresAccess(dataSource),
      secrets: scryptSecrets,
      issuer,
      issuers,
      log: parts.log,
      streams,
      logs,
      logins,
      scheduler,
    }),
    verifier: createTokenVerifier(trustedIssuers(config, issuer), { now: () => clock.now() }),
    principals,
    places: placesOf(directory, reader, organisation),
    rateLimit: new RateLimit(config.TESSERA_RATE_LIMIT_PER_MINUTE, () => clock.now()),
    refusedTokens: new RateLimit(
      config.TESSERA_REFUSED_TOKENS_PER_MINUTE,
      () => clock.now(),
      'calls with a bad token',
    ),
    trustedProxies: trustedProxies(config.TESSERA_TRUSTED_PROXIES),
    audit,
    logger,
    timeoutMs: config.TESSERA_REQUEST_TIMEOUT_MS,
    now: () => clock.now(),
    moreViolations: (rules, raw, found, workload) => moreViolations(controlPlane, rules, raw, found, workload),
    onAnswer: (operation, status, seconds) =>
      parts.metrics.requestSeconds.observe({ operation, status: String(status) }, seconds),
  });
  const app = await createServer({
    endpoint,
    logger,
    bodyLimit: config.TESSERA_BODY_LIMIT_BYTES,
    publicUrl: config.TESSERA_API_PUBLIC_URL,
    onClose: async () => {
      streams.stop();
      logs.stop();
      await notifier.close();
    },
    mount: (host) =>
      mountPages(host, {
        issuer,
        publicUrl: config.TESSERA_API_PUBLIC_URL,
        version: parts.version,
        topicPrefix: config.TESSERA_TOPIC_PREFIX,
      }),
  });
  return { app, controlPlane, issuer, facts, liveness, audit };
}

/** The signing keys, those in the database encrypted; throws where they cannot be read. */
async function protectedKeys({
  config,
  dataSource,
  logger,
  metrics,
}: ApiDependencies): Promise<PostgresSigningKeys> {
  const encryption = new KeyEncryption(config.TESSERA_KEY_ENCRYPTION_KEY);
  const keys = new PostgresSigningKeys(dataSource, encryption);
  const encrypted = await keys.protect();
  if (encrypted > 0)
    logger.info({ keys: encrypted, encryptionKey: encryption.current }, 'encrypted the signing keys');
  metrics.keysEncrypted.set(encryption.current === undefined ? 0 : 1);
  if (encryption.current === undefined)
    logger.warn(
      'the signing keys lie unencrypted in the database: whoever reads it can make tokens; set TESSERA_KEY_ENCRYPTION_KEY',
    );
  return keys;
}

const newSuffix = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

async function seed({ config, dataSource, log }: ApiDependencies): Promise<void> {
  if (config.TESSERA_API_SEED === 'local') {
    await seedLocalOrganisation(dataSource, config.TESSERA_NODE_POOL_LABEL);
    await log.ensureTopics([commandsTopic(config.TESSERA_TOPIC_PREFIX, LOCAL.clusterId)]);
  }
  const { TESSERA_APPLICATION_ID: clientId, TESSERA_APPLICATION_SECRET: secret } = config;
  if (clientId === undefined || secret === undefined) return;
  await ensureApplication(dataSource, { clientId, secret, tenantId: DEFAULT_TENANT }, scryptSecrets);
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

const placesOf = (
  directory: PostgresDirectory,
  reader: PostgresWorkloadReader,
  organisation: PostgresOrganisation,
): Places => ({
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
    const page = await organisation.departments({ seen, filters }, { order: 'asc' }, { offset: 0, limit: 1 });
    return page.items.length > 0;
  },
});
