import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer } from '@tessera/platform-http';

interface Lease {
  readonly metadata: object;
  readonly spec: { readonly holderIdentity: string };
}

/** The API server of a cluster that has nothing but a lease. */
export interface EmptyCluster {
  readonly kubeconfig: string;
  /** Holder of the lease; empty once it is released, undefined before anybody held it. */
  holder(): string | undefined;
  stop(): Promise<void>;
}

/** Serves empty lists, watches that stay silent, and one lease, on a free loopback port. */
export async function startEmptyCluster(): Promise<EmptyCluster> {
  let lease: Lease | undefined;
  let version = 0;
  const store = (sent: Lease): Lease => {
    version += 1;
    const metadata = {
      ...sent.metadata,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
    };
    return (lease = { ...sent, metadata });
  };
  const server = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy());
  });
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const json = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (searchParams.get('watch') === 'true') return response.writeHead(200).flushHeaders();
    const isList = request.method === 'GET' && pathname.endsWith('/leases');
    if (isList || !pathname.includes('/leases'))
      return json(200, { kind: 'List', metadata: { resourceVersion: '1' }, items: [] });
    if (request.method !== 'GET') return json(200, store(JSON.parse(await textOf(request)) as Lease));
    return lease === undefined ? json(404, { kind: 'Status', reason: 'NotFound' }) : json(200, lease);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'tessera-empty-cluster-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf((server.address() as AddressInfo).port));
  return {
    kubeconfig,
    holder: () => lease?.spec.holderIdentity,
    stop: async () => {
      rmSync(folder, { recursive: true });
      await closeServer(server, 0);
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const kubeconfigOf = (port: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'empty', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'scheduler', user: {} }],
    contexts: [{ name: 'empty', context: { cluster: 'empty', user: 'scheduler' } }],
    'current-context': 'empty',
  });
