import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { databaseOf, migrate, openDatabase } from '@tessera/adapter-postgres';
import { silentLogger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { testDatabase } from '@tessera/testing-services';
import { apiConfig } from '../config';
import { startFacts } from '../loops/facts';
import { startProjection } from '../loops/projection';
import { apiMetrics } from '../metrics';
import { createApi, type Api } from '../wiring';
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
  const database = await testDatabase();
  await migrate(database.url);
  const log = new MemoryLog();
  let now = START;
  const clock = { now: () => now, advance: (ms: number) => void (now += ms) };
  const config = apiConfig({
    TESSERA_DATABASE_URL: database.url,
    TESSERA_API_SEED: 'local',
    TESSERA_APPLICATION_ID: CREDENTIALS.id,
    TESSERA_APPLICATION_SECRET: CREDENTIALS.secret,
    TESSERA_GUARDRAILS_FILE: PRIVILEGED,
    ...env,
  });
  const dataSource = await openDatabase({ ...databaseOf(config), applicationName: 'api-test' });
  const registry = createRegistry('api', 'test');
  const api = await createApi({
    config,
    dataSource,
    log,
    clock,
    logger: silentLogger,
    metrics: apiMetrics(registry, { outbox: async () => ({ rows: 0, oldestMs: 0, parked: 0 }) }),
    version: 'test',
  });
  await api.app.listen(0, '127.0.0.1');
  const url = await api.app.getUrl();
  const projection = await startProjection({ controlPlane: api.controlPlane, log, logger: silentLogger });
  const facts = await startFacts({
    facts: api.facts,
    topicPrefix: api.controlPlane.topicPrefix,
    log,
    logger: silentLogger,
  });
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
      ...(body === undefined ? {} : { body }),
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
    dataSource,
    log,
    clock,
    call,
    tokenOf,
    settle: () => log.settled(),
    metrics: () => registry.metrics(),
    close: async () => {
      await projection.stop();
      await facts.stop();
      await api.app.close();
      await api.audit.stop();
      await dataSource.destroy();
      await database.drop();
    },
  };
}
