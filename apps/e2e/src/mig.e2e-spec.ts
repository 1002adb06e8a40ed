import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { gpuPortion, migInstance } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from './client';
import { podsInCluster } from './cluster';
import { Platform } from './platform';

jest.setTimeout(240_000);

const LIMIT_MS = 60_000;
/** Where the simulated kubelets listen, from the platform's first port on. */
const KUBELETS = 10;
const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const WHOLE_NODE = 'a100-pool-a-1';
const OTHER_NODE = 'h100-pool-b-1';
const MIXED_NODE = 'a100-mig-default-1';
const HALF = gpuPortion(0.5);

describe('The MIG geometry of a node', () => {
  let platform: Platform;
  let client: Client;
  let cluster: KubernetesConnection;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded'], {
      TESSERA_MIG_STUCK_MS: '1500',
      TESSERA_SIMULATOR_MIG_MS: '500',
    });
    client = new Client(() => platform.connection);
    cluster = connectKubernetes(platform.connection.kubeconfig);
  });
  afterAll(async () => {
    await cluster.close();
    await platform.remove();
  });

  const pathOf = (node: string): string => `/api/v1/tessera/clusters/${CLUSTER}/nodes/${node}/mig-config`;
  const ask = (node: string, config: string) => client.call('PUT', pathOf(node), { config });
  const report = async (node: string): Promise<Json> => (await client.call('GET', pathOf(node))).body;
  const nodeOf = (name: string): Promise<Json> => cluster.request<Json>('GET', `/api/v1/nodes/${name}`);
  const ended = (node: string, phase: string): Promise<void> =>
    eventually(async () => expect((await report(node)).change).toMatchObject({ phase }), LIMIT_MS);
  const podOf = async (id: string): Promise<Json> =>
    (await podsInCluster(platform.connection)).find(
      ({ metadata }) => metadata.labels['tessera.io/workload-id'] === id && !metadata.deletionTimestamp,
    );
  const runsOn = (id: string, node: string): Promise<void> =>
    eventually(async () => {
      expect((await podOf(id))?.spec.nodeName).toBe(node);
      expect(await client.phaseOf(id)).toBe('Running');
    }, LIMIT_MS);
  const create = async (name: string, compute: object, nodePools: readonly string[]): Promise<string> =>
    (await client.create(workload(name, compute, { nodePools }))).workloadId;

  it('changes by cordon, drain, label and word of mig-manager, and the replicas move before', async () => {
    const id = await create('mover', HALF, ['my-node-pool-a', 'my-node-pool-b']);
    await runsOn(id, WHOLE_NODE);
    const { status, body } = await ask(WHOLE_NODE, 'all-1g.5gb');
    expect(status).toBe(202);
    expect(body).toMatchObject({ node: WHOLE_NODE, config: 'all-1g.5gb', current: 'all-disabled' });
    await runsOn(id, OTHER_NODE);
    await ended(WHOLE_NODE, 'Succeeded');
    const { metadata, spec } = await nodeOf(WHOLE_NODE);
    expect(spec.unschedulable).toBeUndefined();
    expect(metadata.labels).toMatchObject({
      'nvidia.com/mig.config': 'all-1g.5gb',
      'nvidia.com/mig.config.state': 'success',
      'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-40GB-MIG-1g.5gb',
      'nvidia.com/gpu.deploy.device-plugin': 'true',
    });
    await client.remove(id);
  });

  it('of a single strategy serves profiles as whole devices, and nothing else', async () => {
    const sliced = await create('sliced', migInstance('1g.5gb'), ['my-node-pool-a']);
    const half = await create('half', HALF, ['my-node-pool-a']);
    await runsOn(sliced, WHOLE_NODE);
    const pod = await podOf(sliced);
    expect(pod.spec.containers[0].resources.limits).toEqual({ 'nvidia.com/gpu': '1' });
    expect(JSON.parse(pod.metadata.annotations['tessera.io/allocation']).devices[0]).toMatchObject({
      milliGpu: 142,
      mig: { profile: '1g.5gb', strategy: 'single' },
    });
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/inferences/${half}`);
      expect(body.actualPhase).toBe('Pending');
    }, LIMIT_MS);
    for (const id of [sliced, half]) await client.remove(id);
  });

  it('changes where mig-manager is wedged, by way of another configuration', async () => {
    await simulate('mig-wedge');
    expect((await ask(WHOLE_NODE, 'all-2g.10gb')).status).toBe(202);
    await ended(WHOLE_NODE, 'Succeeded');
    const { change, current } = await report(WHOLE_NODE);
    expect([current, change.attempts]).toEqual(['all-2g.10gb', 1]);
  });

  it('goes back where mig-manager fails', async () => {
    await simulate('mig-fail');
    expect((await ask(WHOLE_NODE, 'all-3g.20gb')).status).toBe(202);
    await ended(WHOLE_NODE, 'Failed');
    const { change, current } = await report(WHOLE_NODE);
    expect([current, change.cordoned]).toEqual(['all-2g.10gb', false]);
    expect(change.message).toContain('the node was rolled back to all-2g.10gb');
    expect((await nodeOf(WHOLE_NODE)).spec.unschedulable).toBeUndefined();
  });

  it('is not touched while somebody else uses a device', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const resources = { limits: { 'nvidia.com/gpu': '1' } };
    await cluster.request('POST', pods, {
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'stranger' },
        spec: { nodeName: OTHER_NODE, containers: [{ name: 'c', image: 'x', resources }] },
      },
    });
    await eventually(async () => {
      const { status, body } = await ask(OTHER_NODE, 'all-1g.10gb');
      expect([status, body.details]).toEqual([409, expect.stringContaining('default/stranger')]);
    }, LIMIT_MS);
    expect((await nodeOf(OTHER_NODE)).spec.unschedulable).toBeUndefined();
    // kubectl is refused as well, with the reason on the node, and nothing is touched.
    await annotate(OTHER_NODE, 'all-1g.10gb');
    await ended(OTHER_NODE, 'Refused');
    expect((await nodeOf(OTHER_NODE)).metadata.labels['nvidia.com/mig.config']).toBe('all-disabled');
    await cluster.request('DELETE', `${pods}/stranger`);
    await ended(OTHER_NODE, 'Succeeded');
  });

  it('is refused with the names that there are', async () => {
    const { status, body } = await ask(MIXED_NODE, 'all-9g.5gb');
    expect([status, body.details]).toEqual([400, expect.stringContaining('all-balanced')]);
    expect((await ask('l40s-default-1', 'all-disabled')).body.details).toContain('do not support MIG');
    expect((await ask('nowhere', 'all-disabled')).status).toBe(404);
  });

  it('of a mixed strategy waits for a replica that fits nowhere else, and reports it', async () => {
    const id = await create('stayer', migInstance('3g.20gb'), ['default']);
    await runsOn(id, MIXED_NODE);
    expect((await ask(MIXED_NODE, 'all-1g.5gb')).status).toBe(202);
    await eventually(async () => {
      const { change } = await report(MIXED_NODE);
      expect([change.phase, change.message]).toEqual([
        'Draining',
        expect.stringContaining('it fits on no other node'),
      ]);
    }, LIMIT_MS);
    const waiting = await create('waiting', migInstance('2g.10gb'), ['default']);
    await eventually(async () => {
      const reported = (await client.eventsOf(waiting)).map(({ message }) => message).join('\n');
      expect(reported).toContain('being repartitioned');
    }, LIMIT_MS);
    await client.remove(waiting);
    await client.remove(id);
    await ended(MIXED_NODE, 'Succeeded');
    const small = await create('small', migInstance('1g.5gb'), ['default']);
    await runsOn(small, MIXED_NODE);
    expect((await podOf(small)).spec.containers[0].resources.limits).toEqual({
      'nvidia.com/mig-1g.5gb': '1',
    });
    expect((await client.call('DELETE', pathOf(MIXED_NODE))).body.config).toBeUndefined();
  });

  const annotate = (node: string, config: string) =>
    cluster.request('PATCH', `/api/v1/nodes/${node}`, {
      body: { metadata: { annotations: { 'tessera.io/mig-config': config } } },
      contentType: 'application/merge-patch+json',
    });

  /** The next change of the node goes wrong. */
  async function simulate(what: string): Promise<void> {
    const url = `http://127.0.0.1:${platform.portBase + KUBELETS}/simulate/nodes/${WHOLE_NODE}/${what}`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  }
});
