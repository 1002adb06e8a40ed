import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { accepted, type MigNode, type ReplicaPod } from '@tessera/application-reconciliation';
import { DEFAULT_PROJECT_NETWORK, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS, toIntent } from '@tessera/domain-workload';
import { silentLogger } from '@tessera/platform-logging';
import { GatewayLeases } from './gateway-leases';
import { InformedClusterView } from '../view/cluster-view';
import { KubernetesClusterWriter } from '../writer/cluster-writer';
import { KubernetesConnection } from './connection';
import { LeaderElection } from './lease';
import { KubernetesMigNodes } from '../mig/mig-nodes';
import type { UrlExposure } from '../objects/routes';
import { PLAIN_SHARING } from '../objects/sharing';
import { COMMAND } from '../testing/command';
import { podLog } from './pod-log';
import { clusterCall, isPermitted, PERMISSIONS, type ClusterCall } from './permissions';

describe('a request in terms of RBAC', () => {
  it.each([
    ['GET', '/api/v1/pods', false, '', 'pods', 'list'],
    ['GET', '/api/v1/pods', true, '', 'pods', 'watch'],
    ['GET', '/api/v1/namespaces/a/pods/b', false, '', 'pods', 'get'],
    ['GET', '/api/v1/namespaces/a/pods/b/log', false, '', 'pods/log', 'get'],
    ['POST', '/api/v1/namespaces', false, '', 'namespaces', 'create'],
    ['DELETE', '/api/v1/namespaces/a', false, '', 'namespaces', 'delete'],
    ['PATCH', '/api/v1/nodes/n', false, '', 'nodes', 'patch'],
    ['PATCH', '/api/v1/nodes/n/status', false, '', 'nodes/status', 'patch'],
    [
      'PUT',
      '/apis/coordination.k8s.io/v1/namespaces/a/leases/l',
      false,
      'coordination.k8s.io',
      'leases',
      'update',
    ],
  ])('%s %s (watch %s)', (method, path, watch, apiGroup, resource, verb) => {
    expect(clusterCall(method, path, watch)).toEqual({ apiGroup, resource, verb });
  });
});

describe('a connection with a role', () => {
  it('rejects what the role may not do, before anything is sent', async () => {
    const { connection, calls, close } = await recorder('gateway');
    await expect(connection.request('POST', '/api/v1/namespaces/a/pods', { body: {} })).rejects.toThrow(
      'The gateway may not create pods',
    );
    expect(calls()).toEqual([]);
    await close();
  });
});

it('gives the scheduler no right that it does not use', async () => {
  const { connection, calls, close } = await recorder('scheduler');
  await exerciseObjects(connection, { kind: 'ingress', base: 'https://apps.example' }, 'w');
  await exerciseObjects(connection, { kind: 'ingress', base: 'https://apps.example' }, 'taken');
  await exerciseObjects(
    connection,
    { kind: 'gateway', parent: { name: 'g' }, base: 'https://apps.example' },
    'taken',
  );
  const mig = new KubernetesMigNodes({
    connection,
    view: { migNodes: () => [], migNode: () => undefined, observeNode: () => undefined },
    operatorNamespace: 'gpu-operator',
    mayWrite: () => true,
  });
  await mig.configsOf('n');
  const node = { name: 'n', uid: 'u', version: '1' } as MigNode;
  await mig.write(node, { labels: {}, change: null });
  await mig.report(node, { type: 'Normal', reason: 'R', message: 'm', key: 'k' }, NOW);
  const clock = { now: () => NOW, elapsedMs: () => NOW };
  const election = { connection, namespace: 'a', name: 'l', identity: 'me', clock, logger: silentLogger };
  const gateways = new GatewayLeases({ connection, logger: silentLogger, namespace: 'a', clock });
  await gateways.start();
  const leading = new LeaderElection(election);
  await leading.lead(() => undefined);
  await leading.release();
  await gateways.stop();
  await podLog(connection, { namespace: 'a', name: 'b' }, { tailLines: 1 }, new AbortController().signal);

  const used = (call: ClusterCall) => calls().some((one) => JSON.stringify(one) === JSON.stringify(call));
  const rights = PERMISSIONS.filter(({ role }) => role === 'scheduler').flatMap(
    ({ apiGroup, resource, verbs }) => verbs.map((verb) => ({ apiGroup, resource, verb })),
  );
  expect(rights.filter((right) => !used(right))).toEqual([]);
  expect(calls().filter((call) => !isPermitted('scheduler', call))).toEqual([]);
  await close();
});

const NOW = Date.parse('2026-01-01T00:00:00Z');

/** Every write for a workload of that name; the objects of one called `taken` are all there already, and other. */
async function exerciseObjects(
  connection: KubernetesConnection,
  exposure: UrlExposure,
  name: string,
): Promise<void> {
  const storage = {
    pvc: [
      { path: '/data', claimName: 'c' },
      { path: '/own', claimInfo: { storageClass: 'x' } },
    ],
  };
  const spec = {
    image: 'model:1',
    servingPort: { container: 8000 },
    storage,
    exposedUrls: [{ container: 9000 }],
    ports: [{ container: 9100, serviceType: 'LoadBalancer' as const }],
  };
  const workload = accepted({ ...COMMAND, namespace: 'a', name, spec }, new Date(NOW).toISOString());
  const target = { workload, intent: toIntent(spec).intent };
  const keys = { nodePool: 'p', nodeType: 't' };
  const view = new InformedClusterView(
    connection,
    silentLogger,
    {
      keys,
      exposure,
      clock: { now: () => NOW },
      reservationNamespace: 'reservations',
      refOf: () => undefined,
    },
    NOBODY,
  );
  await view.start();
  const writer = new KubernetesClusterWriter(
    connection,
    view.objects,
    { onPod: () => undefined, onPodGone: () => undefined },
    {
      namespaces: 'create',
      reservedNamespaces: [],
      guardrailsOf: () => DEFAULT_GUARDRAILS,
      refusalsOf: () => [],
      network: { ...DEFAULT_PROJECT_NETWORK, gatewayNamespace: 'tessera' },
      mayWrite: () => true,
      sharing: PLAIN_SHARING,
      reservationPods: { namespace: 'reservations', image: 'reservation', command: [] },
      exposure,
    },
  );
  await writer.ensureObjects(target);
  await writer.ensureNamespace({ projectId: '1', projectName: 'project-1', namespace: 'taken' });
  const placement = { node: 'n', kind: 'none', devices: [] } as const;
  await writer.createReplica(target, { ordinal: 0, name: 'taken', placement });
  await writer.createReservationPod({ node: 'n', slot: 0 });
  await writer.injectDevices({ namespace: 'a', name: 'b', uid: 'u', deviceMap: 'taken' } as ReplicaPod, [
    'GPU-1',
  ]);
  await writer.removeReplica({ namespace: 'a', name: 'b', uid: 'u' } as ReplicaPod);
  await writer.removeObjects(workload);
  await view.stop();
}

const NOBODY = {
  onUnknownWorkload: () => undefined,
  onWorkload: () => undefined,
  onCapacity: () => undefined,
  onSurroundings: () => undefined,
};

/**
 * An API server that agrees to everything and remembers what it was asked. What is called `taken…` or `c` exists
 * already.
 */
async function recorder(role: 'scheduler' | 'gateway') {
  const calls: ClusterCall[] = [];
  const leases: unknown[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const call = clusterCall(request.method ?? '', url.pathname, url.searchParams.get('watch') === 'true');
    calls.push(call);
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const [status, body] = answer(call, text);
      response.writeHead(status, { 'content-type': 'application/json' });
      if (call.verb === 'watch') response.flushHeaders();
      else response.end(JSON.stringify(body));
    });
  });
  const answer = ({ verb, resource }: ClusterCall, text: string): readonly [number, unknown] => {
    const body = text === '' ? {} : (JSON.parse(text) as { metadata?: { name?: string } });
    if (verb === 'list') return [200, { items: [itemOf(resource)], metadata: { resourceVersion: '1' } }];
    if (resource === 'leases' && verb === 'get')
      return leases.length > 0 ? [200, leases.at(-1)] : [404, { reason: 'NotFound' }];
    if (resource === 'leases' && verb !== 'watch') leases.push(body);
    if (verb === 'create' && /^(taken.*|c)$/.test(body.metadata?.name ?? ''))
      return [409, { reason: 'AlreadyExists' }];
    const labels =
      resource === 'namespaces' ? { [LABELS.project]: 'project-1', [LABELS.managedBy]: MANAGED_BY } : {};
    const metadata = { name: 'x', namespace: 'a', resourceVersion: '2', labels, ...body.metadata };
    return [
      200,
      {
        spec: { storageClassName: 'x' },
        ...body,
        metadata: { uid: `${resource}/${metadata.name}`, ...metadata },
      },
    ];
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
    { name: 'u', token: 't' },
  );
  const connection = new KubernetesConnection(kubeConfig, role);
  return {
    connection,
    calls: (): readonly ClusterCall[] => calls,
    async close() {
      await connection.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a list has: one object of each kind, which is nobody's. */
const itemOf = (resource: string) => ({
  metadata: {
    name: 'x',
    uid: `${resource}-x`,
    resourceVersion: '1',
    ...(resource === 'storageclasses' ? {} : { namespace: 'a' }),
  },
  spec: { containers: [] },
  ...(resource === 'events' ? { involvedObject: {} } : {}),
  ...(resource === 'storageclasses' ? { volumeBindingMode: 'WaitForFirstConsumer' } : {}),
});
