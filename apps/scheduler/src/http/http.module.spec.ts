import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TokenError } from '@tessera/adapter-oidc';
import { RECEIVER_HEADER, SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import { NotLeadingError, ScalingController, SharedLimits } from '@tessera/application-reconciliation';
import { loadReportPath } from '@tessera/contracts-internal';
import { systemClock } from '@tessera/platform-lifecycle';
import { silentLogger, type Logger } from '@tessera/platform-logging';
import { fastifyAdapter, NEST_OPTIONS } from '../app';
import { schedulerConfig } from '../config';
import { Leadership } from '../leadership/leadership';
import { LoadReportsController } from '../scaling/load-reports.controller';
import { SettingsModule } from '../settings/settings.module';
import { ExplanationController } from '../simulation/explanation.controller';
import { SimulationController } from '../simulation/simulation.controller';
import { Simulator } from '../simulation/simulator';
import { HttpModule, VERIFIER } from './http.module';

const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const KEY = Buffer.alloc(32, 1);
const TOKEN = 'Bearer of-the-api';
const placementOf = (clusterId: string): string =>
  `/internal/v1/clusters/${clusterId}/workloads/00000000-0000-4000-8000-000000000001/placement`;

/** What the simulator answers, or throws. */
let explain: () => Promise<unknown>;
let logged: unknown[];
let app: NestFastifyApplication;

beforeEach(async () => {
  logged = [];
  explain = async () => ({ outcome: 'placed' });
  const logger = { ...silentLogger, error: (entry: unknown) => void logged.push(entry) } as Logger;
  const config = schedulerConfig({
    TESSERA_DATABASE_URL: 'postgres://nowhere',
    TESSERA_CLUSTER_ID: CLUSTER,
    TESSERA_GATEWAY_REPORT_KEYS: KEY.toString('base64'),
  });
  const settings = { config, logger, clock: systemClock, version: 'test', onLost: () => undefined };
  const module = await Test.createTestingModule({
    imports: [SettingsModule.of(settings), HttpModule],
    controllers: [ExplanationController, SimulationController, LoadReportsController],
    providers: [
      { provide: Simulator, useValue: { explain: () => explain() } },
      { provide: ScalingController, useValue: { receive: () => undefined, gateways: 1 } },
      { provide: Leadership, useValue: { leading: false } },
      { provide: SharedLimits, useValue: { receive: () => undefined } },
    ],
  })
    .overrideProvider(VERIFIER)
    .useValue({
      verifyHeader: async (header: string | undefined) => {
        if (header !== TOKEN) throw new TokenError('the token is not valid');
      },
    })
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
const asApi = (method: 'GET' | 'POST', url: string, body?: string) =>
  ask(method, url, { authorization: TOKEN }, body);

describe('the guard of service tokens', () => {
  it('refuses what carries no token, and says why', async () => {
    const refused = { code: 401, message: 'the token is not valid' };
    expect(await ask('GET', placementOf(CLUSTER), {})).toEqual({ status: 401, body: refused });
    expect((await asApi('GET', placementOf(CLUSTER))).status).toBe(200);
  });

  it('leaves messages of gateways to the guard of their signature', async () => {
    const url = loadReportPath(CLUSTER);
    const body = '{}';
    const signed = (key: Buffer) => ({
      [SIGNATURE_HEADER]: signatureOf(key, { path: url, receiver: '', body }),
      [RECEIVER_HEADER]: '',
    });
    expect((await ask('POST', url, { authorization: TOKEN }, body)).status).toBe(401);
    expect((await ask('POST', url, signed(Buffer.alloc(32, 2)), body)).status).toBe(401);
    // Signed, but not yet for this process, whose id the answer names.
    expect((await ask('POST', url, signed(KEY), body)).status).toBe(409);
  });
});

describe('the guard of the served cluster', () => {
  it('refuses paths of another cluster', async () => {
    const { status, body } = await asApi('GET', placementOf('00000000-0000-4000-8000-000000000000'));
    expect([status, body['message']]).toEqual([404, `This scheduler serves the cluster ${CLUSTER}.`]);
  });
});

describe('the pipe of a body', () => {
  it('refuses a body that the contract does not have, with what is wrong', async () => {
    const { status, body } = await asApi('POST', '/internal/v1/placement:simulate', '{"copies":0}');
    expect([status, body['message']]).toEqual([400, 'The request body is invalid.']);
    expect(body['details']).toContain('copies');
  });
});

describe('the error filter', () => {
  it('answers an unexpected error with 500 and nothing of it, and logs it', async () => {
    const error = new Error('planted');
    explain = () => Promise.reject(error);
    const { status, body } = await asApi('GET', placementOf(CLUSTER));
    expect([status, body]).toEqual([500, { code: 500, message: 'Something went wrong.' }]);
    expect(logged).toEqual([{ err: error, requestId: expect.any(String) }]);
  });

  it('answers 503 where another scheduler leads, and logs nothing', async () => {
    explain = () => Promise.reject(new NotLeadingError('the lease is held by another'));
    const { status, body } = await asApi('GET', placementOf(CLUSTER));
    expect([status, body['message']]).toEqual([503, 'Another scheduler is the leader; try again.']);
    expect(logged).toEqual([]);
  });

  it('answers unknown addresses in the same form', async () => {
    const { status, body } = await asApi('GET', '/internal/v1/nowhere');
    expect([status, body['code']]).toEqual([404, 404]);
  });
});
