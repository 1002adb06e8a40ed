import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TokenError } from '@tessera/adapter-oidc';
import { SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import type { MeasuringDependencies } from '@tessera/application-measuring';
import { systemClock } from '@tessera/platform-lifecycle';
import { silentLogger, type Logger } from '@tessera/platform-logging';
import { fastifyAdapter, NEST_OPTIONS } from '../app';
import { metricsConfig } from '../config';
import { MeasurementsController, MEASURING } from '../measurements/measurements.controller';
import { RequestTimes } from '../measurements/request-times';
import { SCALING, ScalingValuesController } from '../measurements/scaling-values.controller';
import { SettingsModule } from '../settings/settings.module';
import { METRICS } from '../settings/tokens';
import { HttpModule, VERIFIER } from './http.module';

const TOKEN = 'Bearer of-the-api';
const KEY = Buffer.alloc(32, 1);
const WORKLOAD = '/internal/v1/namespaces/team/workloads/00000000-0000-4000-8000-000000000001/metrics';
const RANGE = 'start=2026-01-01T12:00:00Z&end=2026-01-01T12:05:00Z';
const VALUES = '/internal/v1/clusters/71f69d83-ba66-4822-adf5-55ce55efd210/scaling-values';

/** What the source of series answers, or throws. */
let read: MeasuringDependencies['source']['range'];
let logged: unknown[];
let observed: unknown[];
let app: NestFastifyApplication;

beforeEach(async () => {
  logged = [];
  observed = [];
  const log = (entry: unknown) => void logged.push(entry);
  const logger = { ...silentLogger, error: log, warn: log } as Logger;
  const config = metricsConfig({ TESSERA_METRICS_QUERY_KEYS: KEY.toString('base64') });
  read = async () => ({ series: [], warnings: [] });
  const measuring: MeasuringDependencies = {
    source: { range: (...asked) => read(...asked) },
    clock: systemClock,
    rateWindowMs: 1,
  };
  const module = await Test.createTestingModule({
    imports: [SettingsModule.of({ config, logger, clock: systemClock, version: 'test' }), HttpModule],
    controllers: [MeasurementsController, ScalingValuesController],
    providers: [
      RequestTimes,
      { provide: MEASURING, useValue: measuring },
      { provide: SCALING, useValue: { ...measuring, want: () => undefined, queries: new Map() } },
    ],
  })
    .overrideProvider(VERIFIER)
    .useValue({
      verifyHeader: async (header: string | undefined) => {
        if (header !== TOKEN) throw new TokenError('the token is not valid');
      },
    })
    .overrideProvider(METRICS)
    .useValue({ requestSeconds: { observe: (labels: unknown) => void observed.push(labels) } })
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(fastifyAdapter(), NEST_OPTIONS);
  await app.init();
});
afterEach(() => app.close());

const ask = async (method: 'GET' | 'POST', url: string, headers: Record<string, string>, body?: string) => {
  const sent = body === undefined ? {} : { payload: body };
  const all = { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const { statusCode: status, body: text } = await app.inject({ method, url, headers: all, ...sent });
  return { status, body: JSON.parse(text) as Record<string, unknown> };
};
const asApi = (url: string) => ask('GET', url, { authorization: TOKEN });

describe('the guard of service tokens', () => {
  it('refuses what carries no token, and the refusal is measured', async () => {
    const refused = { code: 401, message: 'the token is not valid' };
    expect(await ask('GET', WORKLOAD, {})).toEqual({ status: 401, body: refused });
    expect(observed).toEqual([{ scope: 'workload', status: '401' }]);
  });

  it('leaves requests of schedulers to the guard of their signature', async () => {
    const body = '{"metrics":5}';
    const signed = (key: Buffer) => ({ [SIGNATURE_HEADER]: signatureOf(key, { path: VALUES, body }) });
    expect((await ask('POST', VALUES, { authorization: TOKEN }, body)).status).toBe(401);
    expect((await ask('POST', VALUES, signed(Buffer.alloc(32, 2)), body)).status).toBe(401);
    expect((await ask('POST', VALUES, signed(KEY), body)).status).toBe(400);
  });
});

describe('the pipe of a query', () => {
  it('names every wrong parameter', async () => {
    const { status, body } = await asApi(`${WORKLOAD}?metricType=THROUGHPUT&start=now`);
    expect([status, body['message']]).toEqual([400, 'The query cannot be understood.']);
    for (const name of ['start', 'end']) expect(body['details']).toContain(`${name}: `);
  });

  it('takes a right one', async () => {
    const { status, body } = await asApi(`${WORKLOAD}?metricType=THROUGHPUT&${RANGE}`);
    expect([status, body]).toEqual([200, { measurements: [{ type: 'THROUGHPUT', labels: {}, values: [] }] }]);
    expect(observed).toEqual([{ scope: 'workload', status: '200' }]);
  });

  it('answers 404 for an id that no workload can have', async () => {
    const { status } = await asApi(
      `${WORKLOAD.replace(/[0-9a-f-]{36}/, 'chat')}?metricType=THROUGHPUT&${RANGE}`,
    );
    expect(status).toBe(404);
  });
});

describe('the error filter', () => {
  it('answers 503 where no series can be read, and logs it', async () => {
    read = () => Promise.reject(new Error('planted'));
    const { status, body } = await asApi(`${WORKLOAD}?metricType=THROUGHPUT&${RANGE}`);
    expect([status, body]).toEqual([503, expect.objectContaining({ code: 503, details: 'planted' })]);
    const failure = { err: expect.any(Error), requestId: expect.any(String) };
    // The type that could not be read, and the request.
    expect(logged).toEqual([{ ...failure, type: 'THROUGHPUT' }, failure]);
  });
});
