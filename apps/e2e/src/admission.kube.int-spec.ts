import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { accepted, type CompiledWorkload, type PodAmounts } from '@tessera/application-reconciliation';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { applyCommand, deviceShare, gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { CLUSTER_LIMIT_MS, informedCluster, type InformedCluster } from './informed-cluster';
import { realServer, simulator, type SimulatedCluster } from './simulated-nodes';

jest.setTimeout(90_000);

const RUNTIME_CLASS = 'sandboxed';
const OVERHEAD = { cpu: '250m', memory: '120Mi' };
const git = { git: [{ repository: 'https://git.example/a', path: '/a' }] };
const half = gpuPortion(0.5);

const LIMIT_RANGE = {
  metadata: { name: 'defaults' },
  spec: {
    limits: [
      {
        type: 'Container',
        default: { cpu: '4', memory: '1Gi' },
        defaultRequest: { cpu: '1500m', memory: '768Mi' },
      },
    ],
  },
};

/** Asks for nothing by itself: what is not set at all gets a small request of ours. */
const NONE = { cpuCoreRequest: 0, cpuMemoryRequest: '0' };

/** What a workload asks, and what its pods ask for in a namespace with that LimitRange. */
const CASES: readonly (readonly [string, Partial<InferenceSpec>, PodAmounts])[] = [
  ['nothing', { compute: NONE }, { cpuMilli: 1500, memoryMiB: 768, extended: {} }],
  ['CPU', { compute: { ...NONE, cpuCoreRequest: 3 } }, { cpuMilli: 3000, memoryMiB: 768, extended: {} }],
  ['a limit', { compute: { ...NONE, cpuCoreLimit: 2 } }, { cpuMilli: 2000, memoryMiB: 768, extended: {} }],
  ['a repository', { compute: NONE, storage: git }, { cpuMilli: 1500, memoryMiB: 768, extended: {} }],
  ['half a GPU', { compute: { ...NONE, ...half } }, { cpuMilli: 1750, memoryMiB: 888, extended: {} }],
  ['half a GPU by default', { compute: half }, { cpuMilli: 350, memoryMiB: 216, extended: {} }],
];

/** `start` gives a cluster in which anything may be created. */
function admission(start: () => Promise<SimulatedCluster>): void {
  let cluster: InformedCluster;
  let admin: KubernetesConnection;
  let count = 0;
  const make = (path: string, body: object): Promise<unknown> => admin.request('POST', path, { body });

  beforeAll(async () => {
    const opened = await start();
    admin = connectKubernetes(opened.kubeconfig);
    cluster = await informedCluster(opened, { runtimeClass: RUNTIME_CLASS });
    await make('/apis/node.k8s.io/v1/runtimeclasses', {
      metadata: { name: RUNTIME_CLASS },
      handler: 'runc',
      overhead: { podFixed: OVERHEAD },
    });
  }, 3 * SERVICE_START_MS);
  afterAll(async () => {
    await admin?.close();
    await cluster?.stop();
  }, SERVICE_START_MS);

  /** A workload in a namespace of its own, whose owner object exists. */
  async function workload(spec: Partial<InferenceSpec>): Promise<CompiledWorkload> {
    const number = (count += 1);
    const command = applyCommand(number, 1);
    const own = { projectId: String(number), projectName: `p${number}`, namespace: `limits-${number}` };
    const whole = { image: 'model:1', ...spec };
    const target = {
      workload: accepted({ ...command, ...own, spec: whole }, command.createdAt),
      intent: toIntent(whole).intent,
    };
    cluster.accept(target.workload.ref);
    await cluster.writer.ensureNamespace(own);
    const { namespace } = own;
    await eventually(
      () => admin.request('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
      CLUSTER_LIMIT_MS,
    );
    await cluster.writer.ensureFirst(target);
    return target;
  }

  it.each(CASES)('expects of a workload that asks for %s what its pod gets', async (_what, spec, amounts) => {
    const target = await workload(spec);
    const { namespace, workloadId, name } = target.workload.ref;
    const { gpu } = target.intent.resources;
    await make(`/api/v1/namespaces/${namespace}/limitranges`, LIMIT_RANGE);
    await eventually(
      () => expect(cluster.view.requestsOnceAdmitted(target)).toEqual(amounts),
      CLUSTER_LIMIT_MS,
    );
    const devices = gpu.kind === 'portion' ? [deviceShare(0)] : [];
    const placement = { node: cluster.node, kind: gpu.kind, devices };
    await cluster.writer.createReplica(target, { ordinal: 0, name: `${name}-0`, placement });
    const [pod] = cluster.view.replicasOf(workloadId);
    expect(pod).toMatchObject(amounts);
  });

  it('expects nothing more than the spec asks where there is no LimitRange, or none any more', async () => {
    const target = await workload({});
    const path = `/api/v1/namespaces/${target.workload.ref.namespace}/limitranges`;
    expect(cluster.view.requestsOnceAdmitted(target)).toBeUndefined();
    await make(path, LIMIT_RANGE);
    await eventually(() => expect(cluster.view.requestsOnceAdmitted(target)).toBeDefined(), CLUSTER_LIMIT_MS);
    await admin.request('DELETE', `${path}/${LIMIT_RANGE.metadata.name}`);
    await eventually(
      () => expect(cluster.view.requestsOnceAdmitted(target)).toBeUndefined(),
      CLUSTER_LIMIT_MS,
    );
  });
}

describe('what admission adds to replicas, on the simulated API server', () => {
  admission(() => simulator());
});

describeWithService('kubernetes', 'what admission adds to replicas, on a real API server', () => {
  admission(() => realServer());
});
