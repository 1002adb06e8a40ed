import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { workload, type Json } from '../client';
import { CORE, FaultTest, LIMIT_MS } from '../faults/fault-test';

const CPU_NODE = 'cpu-default-1';
const GPU_NODE = 'l40s-default-1';
const SLICED_NODE = 'h100-pool-b-1';
const MOST_PODS = 110;
const HALF = gpuPortion(0.5);
/** The third pod of a replica comes 5 s after the first and 10 s after the second was rejected. */
const THIRD_MS = 14_000;

const onlyOn = (node: string) => ({
  nodeAffinityRequired: {
    nodeSelectorTerms: [
      { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
    ],
  },
});

const foreignPod = (name: string, nodeName: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { 'made-by': 'others' } },
  spec: { nodeName, containers: [{ name: 'c', image: 'pause:1' }], ...spec },
});
const asking = (name: string, requests: Readonly<Record<string, string>>) => ({
  name,
  image: 'pause:1',
  resources: { requests },
});

/** Placement promises what kubelets keep, and where they disagree it waits instead of trying for ever. */
export function capacityIsReal(...args: readonly string[]): void {
  let on: FaultTest;
  beforeAll(async () => {
    on = await FaultTest.start(args);
  });
  afterAll(() => on.remove());

  const fill = async (node: string, count: number): Promise<readonly string[]> => {
    const names = Array.from({ length: count }, (_, index) => `filler-${node}-${index}`);
    for (const name of names)
      await on.cluster.request('POST', `${CORE}/pods`, { body: foreignPod(name, node) });
    return names;
  };
  const remove = (name: string) =>
    on.cluster.request('DELETE', `${CORE}/pods/${name}`, { query: { gracePeriodSeconds: '0' } });
  const whatIf = async (compute: object, spec: object): Promise<Json> => {
    const { body } = await on.client.call(
      'POST',
      '/api/v1/tessera/placement:simulate',
      workload('what-if', compute, spec),
    );
    return body.replicas[0];
  };

  it('a node full of pods gets none more; the replica runs once a place is free', async () => {
    const names = await fill(CPU_NODE, MOST_PODS);
    const pinned = onlyOn(CPU_NODE);
    const id = await on.create('no-place', pinned);
    await on.says(id, 'Pending', /^Unschedulable$/, /1 runs as many pods as it may/);
    expect(await whatIf({}, pinned)).toMatchObject({ outcome: 'unschedulable' });
    expect(await on.podsOf(id)).toEqual([]);
    await remove(names[0] ?? '');
    await on.running(id);
    await on.end(id);
    await Promise.all(names.slice(1).map(remove));
  });

  it('a share of a device needs a place for its reservation pod too', async () => {
    const names = await fill(GPU_NODE, MOST_PODS - 1);
    const pinned = onlyOn(GPU_NODE);
    const id = await on.create('share', pinned, HALF);
    await on.says(
      id,
      'Pending',
      /^Unschedulable$/,
      /1 has no place for a pod and the reservation pods of its devices/,
    );
    expect(await whatIf(HALF, pinned)).toMatchObject({ outcome: 'unschedulable' });
    expect(await on.podsOf(id)).toEqual([]);
    await remove(names[0] ?? '');
    await on.running(id);
    await on.end(id);
    await Promise.all(names.slice(1).map(remove));
  });

  it('init containers and sidecars of others count', async () => {
    const hungry = foreignPod('hungry', CPU_NODE, {
      initContainers: [
        { ...asking('side', { cpu: '6' }), restartPolicy: 'Always' },
        asking('init', { cpu: '9' }),
      ],
    });
    await on.cluster.request('POST', `${CORE}/pods`, { body: hungry });
    const two = { cpuCoreRequest: 2 };
    // A pod of others counts once the watch has shown it.
    await eventually(async () =>
      expect(await whatIf(two, onlyOn(CPU_NODE))).toMatchObject({ outcome: 'unschedulable' }),
    );
    const id = await on.create('beside-hungry', onlyOn(CPU_NODE), two);
    await on.says(id, 'Pending', /^Unschedulable$/, /1 lacks 2 CPU/);
    expect(await on.podsOf(id)).toEqual([]);
    await remove('hungry');
    await on.running(id);
    await on.end(id);
  });

  it('a replica that kubelet rejects waits longer each time, and says why', async () => {
    const began = performance.now();
    const environmentVariables = [{ name: 'SIM_REJECT', value: 'UnexpectedAdmissionError' }];
    const id = await on.create('unwanted', { environmentVariables, ...onlyOn(CPU_NODE) });
    await on.says(
      id,
      'Pending',
      /^(RejectedByNode|Unschedulable)$/,
      /node cpu-default-1 rejected unwanted-\S+ \(UnexpectedAdmissionError.*it is created again after .*; node cpu-default-1 is avoided until/,
    );
    await eventually(async () => {
      const { metadata } = await on.podOf(id);
      expect(metadata.annotations['tessera.io/rejections']).toBe('2');
    }, LIMIT_MS);
    expect(performance.now() - began).toBeGreaterThan(THIRD_MS);
    await on.end(id);
  });

  it('a replica that the node without GPUs rejects goes to another', async () => {
    const environmentVariables = [
      { name: 'SIM_REJECT', value: 'OutOfcpu' },
      { name: 'SIM_REJECT_NODES', value: CPU_NODE },
    ];
    const id = await on.create('moves', { environmentVariables, nodePools: ['default'] });
    await on.running(id);
    const pods = await on.podsOf(id);
    expect(pods.map(({ metadata }) => metadata.annotations['tessera.io/rejections'])).toEqual(['1']);
    expect(pods.map(({ spec }) => spec.nodeName)).not.toContain(CPU_NODE);
    await on.end(id);
  });

  it('a time-sliced node promises neither a whole device nor a share', async () => {
    const node = `/api/v1/nodes/${SLICED_NODE}`;
    const before = await on.cluster.request<Json>('GET', node);
    const product = before.metadata.labels['nvidia.com/gpu.product'];
    const label = (replicas: string | null, name: string) =>
      on.patch(node, {
        metadata: { labels: { 'nvidia.com/gpu.replicas': replicas, 'nvidia.com/gpu.product': name } },
      });
    const offer = (slices: string) =>
      on.patch(`${node}/status`, { status: { allocatable: { 'nvidia.com/gpu': slices } } });
    await label('4', `${product}-SHARED`);
    await offer('8');
    for (const [name, compute] of [
      ['whole-of-slices', { gpuDevicesRequest: 1 }],
      ['half-of-slices', HALF],
    ] as const) {
      const id = await on.create(name, onlyOn(SLICED_NODE), compute);
      await on.says(id, 'Pending', /^Unschedulable$/, /1 has time-sliced devices/);
      expect(await on.podsOf(id)).toEqual([]);
      await on.end(id);
    }
    await label(null, product);
    await offer('2');
    const id = await on.create('whole-again', onlyOn(SLICED_NODE), { gpuDevicesRequest: 1 });
    await on.running(id);
    await on.end(id);
  });

  it('no pod of another workload is left rejected', async () => {
    await eventually(async () => {
      const pods = await on.items(`${CORE}/pods`);
      expect(pods.filter(({ status }) => status.phase === 'Failed')).toEqual([]);
    }, LIMIT_MS);
  });
}
