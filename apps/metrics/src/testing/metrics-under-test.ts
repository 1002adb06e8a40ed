import { eventually } from '@tessera/testing-services/eventually';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { systemClock } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { freePorts } from '@tessera/dev-services';
import { fastifyAdapter, NEST_OPTIONS } from '../app';
import { metricsConfig } from '../config';
import { MetricsModule } from '../metrics.module';
import { PageServer } from './page-server';
import { tokenMaker } from './token-maker';

const ISSUER = 'http://api.test';
const HOST = '127.0.0.1';
const WAIT_MS = 15_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface MetricsUnderTest {
  readonly url: string;
  get(path: string, authorization?: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** Reads from the admin port. */
  admin(path: string): Promise<Answer>;
  /** A token of the same issuer, as clients of the API have it. */
  readonly clientToken: string;
  readonly schedulerToken: string;
  /** The latest value of a type by label text, or nothing; queries one sample at the present. */
  latest(path: string, types: string): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/** The whole service on a free loopback port, with the keys of an issuer whose tokens the calls carry. */
export async function startMetrics(env: Readonly<Record<string, string>>): Promise<MetricsUnderTest> {
  const maker = await tokenMaker(ISSUER);
  const keys = await PageServer.start({ '/.well-known/jwks.json': () => maker.jwks });
  const [port, adminPort] = await freePorts(2);
  const config = metricsConfig({
    TESSERA_API_PUBLIC_URL: ISSUER,
    TESSERA_JWKS_URL: `${keys.url}/.well-known/jwks.json`,
    TESSERA_SCRAPE_INTERVAL_MS: '100',
    TESSERA_METRICS_SHARED_MS: '0',
    TESSERA_HOST: HOST,
    TESSERA_METRICS_ADMIN_PORT: String(adminPort),
    ...env,
  });
  const settings = { config, logger: silentLogger, clock: systemClock, version: 'test' };
  const module = await Test.createTestingModule({ imports: [MetricsModule.of(settings)] })
    .compile()
    .catch(async (error: unknown) => {
      await keys.stop();
      throw error;
    });
  const app = module.createNestApplication<NestFastifyApplication>(fastifyAdapter(), NEST_OPTIONS);
  await app.listen(port ?? 0, HOST);
  const [url, adminUrl] = [port, adminPort].map((open) => `http://${HOST}:${open}`);
  const bearer = `Bearer ${await maker.token()}`;

  const get = async (path: string, authorization = bearer): Promise<Answer> => {
    return read(`${url}${path}`, authorization);
  };
  const read = async (address: string, authorization: string, more: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(address, { ...more, headers: { authorization, ...more.headers } });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  return {
    url: String(url),
    get,
    post: (path, body) =>
      read(`${url}${path}`, bearer, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    admin: (path) => read(`${adminUrl}${path}`, ''),
    clientToken: await maker.clientToken(),
    schedulerToken: await maker.schedulerToken(),
    latest: async (path, types) => valuesOf(await get(`${path}?${present(types)}&numberOfSamples=1`)),
    stop: async () => {
      await app.close();
      await keys.stop();
    },
  };
}

/** Query of the last minute. */
export const present = (types: string): string =>
  new URLSearchParams({
    metricType: types,
    start: new Date(Date.now() - 60_000).toISOString(),
    end: new Date(Date.now() + 60_000).toISOString(),
  }).toString();

interface Body {
  readonly measurements: readonly {
    readonly type: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly { readonly value: string }[];
  }[];
}

const valuesOf = ({ body }: Answer): Readonly<Record<string, number>> =>
  Object.fromEntries(
    ((body as Body).measurements ?? []).flatMap(({ type, labels, values }) =>
      values.map(({ value }) => [[type, labels['gpu']].filter(Boolean).join(' '), Number(value)]),
    ),
  );

/** Resolves with the first accepted value of `read`; rejects with the last failure after a while. */
export const accepted = <T>(read: () => Promise<T>, accept: (value: T) => void): Promise<T> =>
  eventually(async () => {
    const value = await read();
    accept(value);
    return value;
  }, WAIT_MS);
