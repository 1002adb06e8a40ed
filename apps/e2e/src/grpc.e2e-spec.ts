import { Client as GrpcClient, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { Platform } from './platform';

jest.setTimeout(180_000);

const LIMIT_MS = 60_000;
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
const ASLEEP = { autoscaling: { minReplicas: 0, initialReplicas: 0, maxReplicas: 1 } };
const identity = (message: Buffer): Buffer => message;

describe('a workload whose serving port speaks gRPC', () => {
  let platform: Platform;
  let client: Client;
  let grpc: GrpcClient;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    client = new Client(() => platform.connection);
    grpc = new GrpcClient(new URL(platform.connection.gateway).host, credentials.createInsecure());
  });
  afterAll(async () => {
    grpc.close();
    await platform.remove();
  });

  const call = (
    name: string,
    path: string,
    message: Buffer,
  ): Promise<{ readonly code: number; readonly answer: Buffer | undefined }> =>
    new Promise((resolve) => {
      const metadata = new Metadata();
      metadata.set('x-tessera-workload', `project-1/${name}`);
      grpc.makeUnaryRequest(
        path,
        identity,
        identity,
        message,
        metadata,
        { deadline: Date.now() + LIMIT_MS },
        (error: ServiceError | null, answer?: Buffer) => resolve({ code: error?.code ?? status.OK, answer }),
      );
    });

  it('is woken by a call, which waits, and answers calls and health checks', async () => {
    const servingPort = { container: 8000, protocol: 'grpc' };
    await client.create(workload('speaks-grpc', CPU, { ...ASLEEP, servingPort }));
    const message = Buffer.from('hello');
    await eventually(async () => {
      const { code, answer } = await call('speaks-grpc', '/any.Service/Method', message);
      expect([code, answer?.toString()]).toEqual([status.OK, 'hello']);
    }, LIMIT_MS);
    const health = await call('speaks-grpc', '/grpc.health.v1.Health/Check', Buffer.alloc(0));
    expect([health.code, health.answer]).toEqual([status.OK, Buffer.from([0x08, 1])]);
  });

  it('is UNAUTHENTICATED where nobody created it', async () => {
    expect((await call('nobody', '/any.Service/Method', Buffer.alloc(0))).code).toBe(status.UNAUTHENTICATED);
  });
});
