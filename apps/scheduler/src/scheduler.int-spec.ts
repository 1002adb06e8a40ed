import { randomUUID } from 'node:crypto';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { maybe } from '@tessera/kernel';
import { DataSource } from 'typeorm';
import { LeaderElection } from '@tessera/adapter-kubernetes';
import { TokenError } from '@tessera/adapter-oidc';
import { migrate, PostgresAcceptedWorkloads } from '@tessera/adapter-postgres';
import { RECEIVER_HEADER, SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import { acceptApply } from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { loadReportPath, usageReportPath, wakePath } from '@tessera/contracts-internal';
import { systemClock } from '@tessera/platform-lifecycle';
import { silentLogger } from '@tessera/platform-logging';
import { freePorts } from '@tessera/dev-services';
import { eventually, migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import { fastifyAdapter, NEST_OPTIONS, runScheduler } from './app';
import { CommandConsumer } from './commands/commands';
import { schedulerConfig } from './config';
import { VERIFIER } from './http/http.module';
import { ReconcileLoop } from './reconciliation/reconcile-loop';
import { SchedulerModule } from './scheduler.module';
import type { Settings } from './settings/settings.module';
import { startEmptyCluster, type EmptyCluster } from './testing/empty-cluster';

const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const OTHER = '00000000-0000-4000-8000-000000000000';
const OF_CLUSTER = `/internal/v1/clusters/${CLUSTER}`;
const TOKEN = 'Bearer of-the-api';
const REPORT_KEY = Buffer.alloc(32, 1);

/** Accepts one token, as the API would present it. */
const verifier = {
  verifyHeader: async (header: string | undefined) => {
    if (header !== TOKEN) throw new TokenError('the token is not valid');
  },
};

describe('the scheduler', () => {
  let database: TestDatabase;
  let cluster: EmptyCluster;
  let settings: Settings;
  beforeAll(async () => {
    database = await migratedDatabase(migrate);
    cluster = await startEmptyCluster();
    const [port, adminPort] = await freePorts(2);
    settings = {
      config: schedulerConfig({
        TESSERA_DATABASE_URL: database.url,
        TESSERA_KUBECONFIG: cluster.kubeconfig,
        TESSERA_SCHEDULER_IDENTITY: 'first',
        TESSERA_HOST: '127.0.0.1',
        TESSERA_GATEWAY_REPORT_KEYS: REPORT_KEY.toString('base64'),
        TESSERA_SCHEDULER_PORT: String(port),
        TESSERA_SCHEDULER_ADMIN_PORT: String(adminPort),
      }),
      logger: silentLogger,
      clock: systemClock,
      version: 'test',
      onLost: () => undefined,
    };
  });
  afterAll(async () => {
    await cluster?.stop();
    await database?.drop();
  });

  const start = async (): Promise<NestFastifyApplication> => {
    const module = await Test.createTestingModule({ imports: [SchedulerModule.of(settings)] })
      .overrideProvider(VERIFIER)
      .useValue(verifier)
      .compile();
    return module.createNestApplication<NestFastifyApplication>(fastifyAdapter(), NEST_OPTIONS);
  };
  const admin = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const { TESSERA_SCHEDULER_ADMIN_PORT: port } = settings.config;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };

  describe('that leads', () => {
    let app: NestFastifyApplication;
    beforeAll(async () => {
      app = await start();
      await runScheduler(app, settings);
    });
    afterAll(() => app?.close());

    const send = async (method: 'GET' | 'POST', url: string, payload?: object, authorization = TOKEN) => {
      const { statusCode, body } = await app.inject({
        method,
        url,
        headers: { authorization },
        ...maybe('payload', payload),
      });
      return { status: statusCode, body: JSON.parse(body) as Readonly<Record<string, unknown>> };
    };

    it('holds the lease, and exposes that in its metrics', async () => {
      expect(cluster.holder()).toBe('first');
      const { text } = await admin('/metrics');
      expect(text).toMatch(/^tessera_scheduler_leading\{service="scheduler"\} 1$/m);
    });

    it('is alive and ready', async () => {
      expect(await admin('/livez')).toEqual({ status: 200, text: 'ok\n' });
      expect(await admin('/readyz')).toEqual({ status: 200, text: 'ok\n' });
    });

    it('reports its heartbeat and the nodes of its cluster', async () => {
      expect(await send('GET', OF_CLUSTER)).toEqual({ status: 200, body: { clusterId: CLUSTER } });
      expect(await send('GET', `${OF_CLUSTER}/nodes`)).toEqual({ status: 200, body: { nodes: [] } });
    });

    it.each([
      ['GET', OF_CLUSTER],
      ['GET', `${OF_CLUSTER}/nodes`],
      ['GET', `${OF_CLUSTER}/nodes/a/mig-config`],
      ['POST', `${OF_CLUSTER}/nodes/a/mig-config`],
      ['POST', `${OF_CLUSTER}/nodes/a/cordon`],
      ['GET', `${OF_CLUSTER}/namespaces/a/pods/b/log`],
      ['POST', '/internal/v1/placement:simulate'],
      ['GET', `${OF_CLUSTER}/workloads/${OTHER}/placement`],
      ['GET', `${OF_CLUSTER}/workloads/${OTHER}/objects`],
    ] as const)('admits only our services to %s %s', async (method, path) => {
      expect(await send(method, path, undefined, 'Bearer of-a-user')).toEqual({
        status: 401,
        body: { code: 401, message: 'the token is not valid' },
      });
    });

    describe('of a gateway', () => {
      const report = { gatewayId: OTHER, sequence: 1, intervalMs: 1_000, final: false, workloads: [] };
      const receiverOf = async (path: string): Promise<string> => {
        const { headers } = await sendTo('', path, '{}', REPORT_KEY);
        return String(headers[RECEIVER_HEADER]);
      };
      const sendTo = (receiver: string, path: string, text: string, key: Buffer) =>
        app.inject({
          method: 'POST',
          url: path,
          headers: {
            'content-type': 'application/json',
            [RECEIVER_HEADER]: receiver,
            [SIGNATURE_HEADER]: signatureOf(key, { path, receiver, body: text }),
          },
          payload: text,
        });
      const post = async (path: string, payload: object, key: Buffer, to?: string) => {
        const receiver = to ?? (await receiverOf(loadReportPath(CLUSTER)));
        const { statusCode, body } = await sendTo(receiver, path, JSON.stringify(payload), key);
        return [statusCode, JSON.parse(body)] as const;
      };

      it('takes load reports and wake requests that are signed', async () => {
        expect(await post(loadReportPath(CLUSTER), report, REPORT_KEY)).toEqual([
          200,
          { leading: true, gateways: 1, workloads: [], asked: [], parts: [] },
        ]);
        const request = { gatewayId: OTHER, sequence: 1, workloads: [{ workloadId: OTHER, heldAgoMs: 1 }] };
        expect(await post(wakePath(CLUSTER), request, REPORT_KEY)).toEqual([
          200,
          { leading: true, gateways: 1, workloads: [{ workloadId: OTHER, state: 'unknown' }], asked: [] },
        ]);
      });

      it('stores usage of the workloads that it knows as events, before it answers', async () => {
        const workloadId = randomUUID();
        const command = { ...SAMPLES.apply, workloadId, clusterId: CLUSTER };
        const { projectId } = command;
        const topics = { events: 'events', workloads: 'workloads' };
        const reporter = { source: '/test', topics, newId: randomUUID };
        await app
          .get(PostgresAcceptedWorkloads)
          .change(workloadId, acceptApply(command, '2026-01-01T00:00:00.000Z', reporter));
        const minute = '2026-11-30T10:59:00.000Z';
        const amounts = { requests: 2, inputTokens: 20, cachedTokens: 4, outputTokens: 6 };
        const entry = { workloadId, minute, keyId: 'k1', model: 'chat', ...amounts };
        const usage = {
          gatewayId: OTHER,
          entries: [
            { sequence: 7, ...entry },
            { sequence: 8, ...entry, workloadId: OTHER },
          ],
        };
        for (let time = 0; time < 2; time += 1)
          expect(await post(usageReportPath(CLUSTER), usage, REPORT_KEY)).toEqual([200, { stored: 1 }]);
        const rows: { headers: Record<string, string>; value: string }[] = await app
          .get(DataSource)
          .query(`select headers, value from scheduler.outbox where topic = 'tessera.inference.usage.v1'`);
        const { sequence: _sequence, ...data } = { ...usage.entries[0] };
        expect(rows.map(({ headers }) => headers['ce_id'])).toEqual(
          Array(2).fill(`/tessera/gateway/${OTHER}/7`),
        );
        expect(JSON.parse(rows[0]?.value ?? '')).toEqual({ ...data, clusterId: CLUSTER, projectId });
      });

      it('refuses another signature, another receiver, another form and another cluster', async () => {
        const statusOf = async (...args: Parameters<typeof post>) => (await post(...args))[0];
        expect(await statusOf(loadReportPath(CLUSTER), report, Buffer.alloc(32, 2))).toBe(401);
        expect(await statusOf(loadReportPath(CLUSTER), report, REPORT_KEY, OTHER)).toBe(409);
        expect(await statusOf(loadReportPath(CLUSTER), {}, REPORT_KEY)).toBe(400);
        expect(await statusOf(loadReportPath(OTHER), report, REPORT_KEY)).toBe(404);
        expect(await statusOf(usageReportPath(CLUSTER), { entries: [] }, REPORT_KEY)).toBe(400);
        expect(await statusOf(usageReportPath(CLUSTER), {}, Buffer.alloc(32, 2))).toBe(401);
      });
    });

    it('explains the placement of a workload that it knows, and lists its objects', async () => {
      const workloadId = randomUUID();
      const command = { ...SAMPLES.apply, workloadId, name: 'explained', clusterId: CLUSTER };
      const topics = { events: 'events', workloads: 'workloads' };
      const reporter = { source: '/test', topics, newId: randomUUID };
      await app
        .get(PostgresAcceptedWorkloads)
        .change(workloadId, acceptApply(command, '2026-01-01T00:00:00.000Z', reporter));
      expect(await send('GET', `${OF_CLUSTER}/workloads/${workloadId}/placement`)).toEqual({
        status: 200,
        body: {
          fits: false,
          message: '0/0 nodes: the cluster has no nodes',
          suggestions: expect.any(Array),
          nodes: [],
        },
      });
      expect(await send('GET', `${OF_CLUSTER}/workloads/${workloadId}/objects`)).toEqual({
        status: 200,
        body: { objects: expect.any(Array) },
      });
    });

    it.each([
      ['another cluster', 'GET', `/internal/v1/clusters/${OTHER}/nodes`, undefined, 404],
      ['a path that does not exist', 'GET', '/internal/v1/nothing', undefined, 404],
      ['an unknown node', 'GET', `${OF_CLUSTER}/nodes/a/mig-config`, undefined, 404],
      ['a body of the wrong form', 'POST', `${OF_CLUSTER}/nodes/a/mig-config`, { config: 1 }, 400],
      ['a cordon of an unknown node', 'POST', `${OF_CLUSTER}/nodes/a/cordon`, { cordoned: true }, 404],
      ['a wrong query', 'GET', `${OF_CLUSTER}/namespaces/a/pods/b/log?tailLines=many`, undefined, 400],
      ['an unknown workload', 'GET', `${OF_CLUSTER}/workloads/${OTHER}/placement`, undefined, 404],
      ['objects of an unknown workload', 'GET', `${OF_CLUSTER}/workloads/${OTHER}/objects`, undefined, 404],
      ['a simulation of nothing', 'POST', '/internal/v1/placement:simulate', {}, 400],
    ] as const)('refuses %s in the form of all services', async (_what, method, path, payload, status) => {
      expect(await send(method, path, payload)).toEqual({
        status,
        body: expect.objectContaining({ code: status, message: expect.any(String) }),
      });
    });
  });

  it('stops in order: not ready, no commands, no decisions, lease released, HTTP and database closed', async () => {
    const app = await start();
    const order: string[] = [];
    const record = <T extends object>(name: string, on: T, method: keyof T & string): void => {
      const original = (on[method] as () => unknown).bind(on);
      Object.assign(on, {
        [method]: (...args: []) => {
          order.push(name);
          return original(...args);
        },
      });
    };
    await runScheduler(app, settings);
    record('commands', app.get(CommandConsumer), 'stop');
    record('reconcile loop', app.get(ReconcileLoop), 'stop');
    record('lease', app.get(LeaderElection), 'release');
    record('http', app.getHttpServer() as { close: () => void }, 'close');
    record('database', app.get(DataSource), 'destroy');

    await app.close();

    expect(order).toEqual(['commands', 'reconcile loop', 'lease', 'http', 'database']);
    expect(cluster.holder()).toBe('');
    await eventually(() => expect(admin('/livez')).rejects.toThrow());
  });
});
