import { join } from 'node:path';
import { maybe } from '@tessera/kernel';
import { DataSource } from 'typeorm';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SchedulerClient } from '@tessera/adapter-services';
import { BuiltInIssuer } from '@tessera/adapter-oidc';
import { migrate, PostgresOutbox } from '@tessera/adapter-postgres';
import type {
  ControlPlaneDependencies,
  EventStore,
  OrganisationStore,
} from '@tessera/application-control-plane';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import { silentLogger } from '@tessera/platform-logging';
import type { Registry } from '@tessera/platform-telemetry';
import { migratedDatabase } from '@tessera/testing-services';
import { apiConfig, type ApiConfig } from '../config';
import { ApiModule } from '../api.module';
import { APPLICATION_OPTIONS } from '../create-application';
import { ApiAdapter } from '../http/adapter';
import { AuditTrail } from '../limits/audit-trail';
import { Liveness } from '../loops/liveness';
import { ProjectionModule } from '../loops/projection.module';
import {
  API_CONFIG,
  CLOCK,
  CONTROL_PLANE,
  EVENT_LOG,
  EVENT_STORE,
  LOGGER,
  ORGANISATION,
  REGISTRY,
  VERSION,
} from '../providers';
import { UsageLoopsModule } from '../usage/usage-loops.module';
import { MemoryLog } from './memory-log';

export const CREDENTIALS = { id: 'first', secret: 'first-secret-of-16' };
/** Allows every workload everything; tests of guardrails pass a file of their own, or none by an empty text. */
const PRIVILEGED = join(__dirname, 'privileged-guardrails.yaml');
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** A parsed body. The tests read bodies of every shape, and a missing field fails there. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** The response to a call. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Token to use; null sends none, absent sends that of the first application. */
  readonly token?: string | null;
}

/** What specifications reach behind the HTTP interface. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly audit: AuditTrail;
  readonly controlPlane: ControlPlaneDependencies;
  readonly events: EventStore;
  readonly issuer: BuiltInIssuer;
  readonly liveness: Liveness;
}

/** The API on a database of its own, over HTTP, with a clock that tests advance. */
export interface ApiUnderTest {
  readonly api: Api;
  readonly url: string;
  readonly dataSource: DataSource;
  readonly log: MemoryLog;
  readonly clock: { now(): number; advance(ms: number): void };
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  tokenOf(id: string, secret: string): Promise<string>;
  /** Relays the outbox to the log and waits until the projection has applied everything. */
  settle(): Promise<void>;
  /** The metrics page that Prometheus would scrape. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export async function apiUnderTest(env: Readonly<Record<string, string>> = {}): Promise<ApiUnderTest> {
  const database = await migratedDatabase(migrate);
  const log = new MemoryLog();
  let now = START;
  const clock = { now: () => now, elapsedMs: () => now, advance: (ms: number) => void (now += ms) };
  const config = apiConfig({
    TESSERA_DATABASE_URL: database.url,
    TESSERA_API_SEED: 'local',
    TESSERA_APPLICATION_ID: CREDENTIALS.id,
    TESSERA_APPLICATION_SECRET: CREDENTIALS.secret,
    TESSERA_GUARDRAILS_FILE: PRIVILEGED,
    ...env,
  });
  const app = await application(config, log, clock);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const api: Api = {
    app,
    audit: app.get(AuditTrail),
    controlPlane: app.get<ControlPlaneDependencies>(CONTROL_PLANE),
    events: app.get<EventStore>(EVENT_STORE),
    issuer: app.get(BuiltInIssuer),
    liveness: new Liveness({
      organisation: app.get<OrganisationStore>(ORGANISATION),
      scheduler: app.get(SchedulerClient),
      clock,
      logger: silentLogger,
    }),
  };
  let own: { readonly token: string; readonly until: number } | undefined;

  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answered> => {
    const token = options.token === undefined ? await ownToken() : options.token;
    const body =
      options.body === undefined || typeof options.body === 'string' || options.body instanceof Uint8Array
        ? options.body
        : JSON.stringify(options.body);
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...options.headers },
      ...maybe('body', body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const ownToken = async (): Promise<string> => {
    if (own === undefined || own.until <= now)
      own = { token: await tokenOf(CREDENTIALS.id, CREDENTIALS.secret), until: now + 3000_000 };
    return own.token;
  };
  const tokenOf = async (id: string, secret: string): Promise<string> => {
    const body = { grantType: 'app_token', AppId: id, AppSecret: secret };
    return (await call('POST', '/api/v1/token', { body, token: null })).body.accessToken;
  };
  return {
    api,
    url,
    dataSource: app.get(DataSource),
    log,
    clock,
    call,
    tokenOf,
    settle: () => log.settled(),
    metrics: () => app.get<Registry>(REGISTRY).metrics(),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** Everything that answers requests and consumes events; no relay, no admin port. */
async function application(
  config: ApiConfig,
  log: MemoryLog,
  clock: Clock & MonotonicClock,
): Promise<NestFastifyApplication> {
  const noRows = { rows: 0, oldestMs: 0, parked: 0 };
  const tested = await Test.createTestingModule({ imports: [ApiModule, ProjectionModule, UsageLoopsModule] })
    .overrideProvider(API_CONFIG)
    .useValue(config)
    .overrideProvider(CLOCK)
    .useValue(clock)
    .overrideProvider(EVENT_LOG)
    .useValue(log)
    .overrideProvider(LOGGER)
    .useValue(silentLogger)
    .overrideProvider(PostgresOutbox)
    .useValue({ lag: () => Promise.resolve(noRows) })
    .overrideProvider(VERSION)
    .useValue('test')
    .compile();
  return tested.createNestApplication<NestFastifyApplication>(new ApiAdapter(), APPLICATION_OPTIONS);
}
