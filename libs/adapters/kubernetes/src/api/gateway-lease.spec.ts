import { silentLogger } from '@tessera/platform-logging';
import { KubernetesApiError } from './errors';
import { GatewayLease } from './gateway-lease';

const ID = '00000000-0000-4000-8000-0000000000a1';
const PATH = '/apis/coordination.k8s.io/v1/namespaces/tessera/leases';
const ONE = `${PATH}/tessera-gateway-${ID}`;

/** A namespace with at most one lease, which records the calls. */
function fixture() {
  const calls: string[] = [];
  const server = { exists: false, fails: false, body: undefined as unknown };
  const request = <T>(method: string, path: string, options?: { readonly body?: unknown }): Promise<T> => {
    calls.push(`${method} ${path}`);
    const refuse = (status: number, reason: string): Promise<T> =>
      Promise.reject(new KubernetesApiError(status, method, path, { code: status, reason }));
    if (server.fails) return refuse(500, 'InternalError');
    if (method === 'POST' && server.exists) return refuse(409, 'AlreadyExists');
    if (method !== 'POST' && !server.exists) return refuse(404, 'NotFound');
    server.exists = method !== 'DELETE';
    server.body = options?.body;
    return Promise.resolve({} as T);
  };
  const lease = new GatewayLease({
    connection: { request },
    namespace: 'tessera',
    gatewayId: ID,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    logger: silentLogger,
    renewMs: 1,
  });
  const renewed = async (times: number): Promise<void> => {
    const wanted = calls.length + times;
    while (calls.length < wanted) await new Promise((resolve) => setImmediate(resolve));
  };
  return { server, calls, lease, renewed };
}

describe('the lease of a gateway', () => {
  it('is created, renewed and deleted', async () => {
    const { server, calls, lease, renewed } = fixture();
    expect(lease.notReady()).toBe('the lease was not created yet');
    await lease.start();
    expect(lease.notReady()).toBeUndefined();
    expect(server.body).toMatchObject({
      metadata: { name: `tessera-gateway-${ID}`, labels: { 'tessera.io/component': 'gateway' } },
      spec: { holderIdentity: ID, leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' },
    });
    await renewed(2);
    await lease.stop();
    expect([calls[0], calls[1], calls.at(-1)]).toEqual([`POST ${PATH}`, `PATCH ${ONE}`, `DELETE ${ONE}`]);
    expect(server.exists).toBe(false);
  });

  it('is created again where somebody deleted it', async () => {
    const { server, lease, renewed } = fixture();
    await lease.start();
    server.exists = false;
    await renewed(3);
    expect(server.exists).toBe(true);
    await lease.stop();
  });

  it('is ours where it exists although the answer to its creation was lost', async () => {
    const { server, lease } = fixture();
    server.exists = true;
    await lease.start();
    expect(lease.notReady()).toBeUndefined();
    await lease.stop();
  });

  it('is created later where the API server fails at the start', async () => {
    const { server, lease, renewed } = fixture();
    server.fails = true;
    await lease.start();
    expect(lease.notReady()).toBe('the lease was not created yet');
    server.fails = false;
    await renewed(2);
    expect(lease.notReady()).toBeUndefined();
    await lease.stop();
  });
});
