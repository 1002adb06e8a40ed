import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesConnection } from './connection';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/n/leases/one';
/** More calls than the connection sends at once. */
const CALLS = 200;

describe('a connection whose calls are all waiting for the server', () => {
  let server: Server;
  let connection: KubernetesConnection;
  const waiting: ServerResponse[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === LEASE) response.end('{}');
      else waiting.push(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      {
        name: 'c',
        server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        skipTLSVerify: true,
      },
      { name: 'u' },
    );
    connection = new KubernetesConnection(kubeConfig);
  });
  afterAll(async () => {
    await connection.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('still reads and writes leases', async () => {
    const calls = Array.from({ length: CALLS }, () => connection.request('GET', '/api/v1/pods'));
    await expect(connection.request('GET', LEASE)).resolves.toEqual({});
    expect(waiting.length).toBeLessThan(CALLS);
    const settled = Promise.allSettled(calls);
    await connection.close();
    expect((await settled).filter(({ status }) => status === 'fulfilled')).toEqual([]);
  });
});
