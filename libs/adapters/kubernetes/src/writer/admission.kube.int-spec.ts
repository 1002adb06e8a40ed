import { accepted, type CompiledWorkload, type ReplicaPod } from '@tessera/application-reconciliation';
import { DEFAULT_PROJECT_NETWORK, SHARED_GPU } from '@tessera/contracts-kubernetes';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { DEFAULT_GUARDRAILS, toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { silentLogger } from '@tessera/platform-logging';
import {
  describeWithService,
  eventually,
  testKubernetes,
  type TestKubernetes,
} from '@tessera/testing-services';
import { deviceShare, gpuPortion } from '@tessera/testing-builders';
import { connectKubernetes, type KubernetesConnection } from '../api/connection';
import { PLAIN_SHARING } from '../objects/sharing';
import { COMMAND } from '../testing/command';
import { InformedClusterView } from '../view/cluster-view';
import { KubernetesClusterWriter } from './cluster-writer';

jest.setTimeout(SERVICE_START_MS);

const LIMIT_MS = 60_000;
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
/** A node that does not exist: only the API server and its controllers act. */
const NODE = 'node-a';

/** Puts a container before those of a pod in the namespace. */
const sidecarFirst = (namespace: string) => ({
  policy: {
    metadata: { name: 'sidecar-first' },
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
        ],
      },
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression:
              '[JSONPatch{op: "add", path: "/spec/containers/0", value: Object.spec.containers{name: "mesh", image: "mesh:7"}}]',
          },
        },
      ],
    },
  },
  binding: { metadata: { name: 'sidecar-first' }, spec: { policyName: 'sidecar-first' } },
});

describeWithService('kubernetes', 'what others change or refuse, on a real API server', () => {
  let kubernetes: TestKubernetes;
  let connection: KubernetesConnection;
  let view: InformedClusterView;
  let writer: KubernetesClusterWriter;
  const known = new Map<string, CompiledWorkload>();

  beforeAll(async () => {
    kubernetes = await testKubernetes();
    connection = connectKubernetes(kubernetes.kubeconfigPath);
    const exposure = { kind: 'none' } as const;
    view = new InformedClusterView(
      connection,
      silentLogger,
      {
        keys: { nodePool: 'pool', nodeType: 'type' },
        exposure,
        clock: { now: () => Date.now() },
        reservationNamespace: 'reservations',
        refOf: (id) => known.get(id)?.workload.ref,
      },
      {
        onUnknownWorkload: () => undefined,
        onWorkload: () => undefined,
        onCapacity: () => undefined,
        onSurroundings: () => undefined,
      },
    );
    await view.start();
    writer = new KubernetesClusterWriter(
      connection,
      view.objects,
      { onPod: (pod) => view.observePod(pod), onPodGone: (pod) => view.forgetPod(pod) },
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
  });
  afterAll(async () => {
    await view?.stop();
    await connection?.close();
    await kubernetes?.remove();
  });

  /** A workload in a project of its own, whose namespace and objects exist. */
  async function workload(number: number, spec: InferenceSpec): Promise<CompiledWorkload> {
    const whole = { image: 'model:1', ...spec };
    const workloadId = `00000000-0000-4000-8000-00000000000${number}`;
    const own = { projectId: String(number), projectName: `p${number}`, namespace: `team-${number}` };
    const target = {
      workload: accepted({ ...COMMAND, ...own, workloadId, spec: whole }, COMMAND.createdAt),
      intent: toIntent(whole).intent,
    };
    known.set(workloadId, target);
    await writer.ensureNamespace(own);
    await eventually(
      () => connection.request('GET', `/api/v1/namespaces/${own.namespace}/serviceaccounts/default`),
      LIMIT_MS,
    );
    await writer.ensureObjects(target);
    return target;
  }
  const placement = { node: NODE, kind: 'none', devices: [] } as const;
  const create = (target: CompiledWorkload): Promise<void> =>
    writer.createReplica(target, { ordinal: 0, name: 'chat-0', placement });
  const why = (done: Promise<unknown>) =>
    done.then(
      () => undefined,
      (error: unknown) => writer.problemOf(error),
    );
  const replicaOf = ({ workload: { ref } }: CompiledWorkload): ReplicaPod | undefined =>
    view.replicasOf(ref.workloadId)[0];
  const make = (path: string, body: object): Promise<unknown> => connection.request('POST', path, { body });

  it('a sidecar that a policy puts first hides neither image nor devices', async () => {
    const target = await workload(1, {
      compute: gpuPortion(0.5),
    });
    const { policy, binding } = sidecarFirst('team-1');
    await make(`${ADMISSION}/mutatingadmissionpolicies`, policy);
    await make(`${ADMISSION}/mutatingadmissionpolicybindings`, binding);
    const shares = { node: NODE, kind: 'portion', devices: [deviceShare(0)] } as const;
    // Policies take effect some time after they are stored.
    await eventually(async () => {
      await writer.createReplica(target, { ordinal: 0, name: 'chat-0', placement: shares });
      const path = '/api/v1/namespaces/team-1/pods/chat-0';
      const pod = await connection.request<{ spec: { containers: { name: string }[] } }>('GET', path);
      if (pod.spec.containers.length === 1)
        await connection.request('DELETE', path, { body: { gracePeriodSeconds: 0 } });
      expect(pod.spec.containers.map(({ name }) => name)).toEqual(['mesh', 'main']);
    }, LIMIT_MS);
    const replica = replicaOf(target);
    expect(replica).toMatchObject({ image: 'model:1', deviceMap: expect.any(String) });
    await writer.injectDevices(replica as ReplicaPod, ['GPU-1']);
    const map = await connection.request<{ data: Record<string, string> }>(
      'GET',
      `/api/v1/namespaces/team-1/configmaps/${replica?.deviceMap ?? ''}`,
    );
    expect(map.data[SHARED_GPU.visibleDevices]).toContain('GPU-1');
  });

  it('a quota on limits is named, and met by the container that clones a repository too', async () => {
    const git = { storage: { git: [{ repository: 'https://git.example/a', path: '/a' }] } };
    const target = await workload(2, git);
    const quotas = '/api/v1/namespaces/team-2/resourcequotas';
    await make(quotas, {
      metadata: { name: 'compute' },
      spec: { hard: { 'limits.cpu': '8', 'limits.memory': '8Gi' } },
    });
    await eventually(async () => {
      const { status } = await connection.request<{ status?: { used?: object } }>('GET', `${quotas}/compute`);
      expect(status?.used).toBeDefined();
    }, LIMIT_MS);
    expect(await why(create(target))).toMatchObject({
      final: false,
      reason: 'LimitsRequired',
      message: expect.stringMatching(/ResourceQuota "compute" .*limits\.cpu for: clone-.*main/),
    });
    const compute = { cpuCoreLimit: 2, cpuMemoryLimit: '1G' };
    const { intent } = toIntent({ image: 'model:1', ...git, compute });
    expect(await why(create({ ...target, intent }))).toBeUndefined();
  });

  it('a namespace of the level restricted admits what asks for nothing', async () => {
    const target = await workload(3, {});
    await connection.request('PATCH', '/api/v1/namespaces/team-3', {
      body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
      contentType: 'application/merge-patch+json',
    });
    // The label came after the namespace was read: the first refusal shows it.
    await eventually(async () => {
      expect(await why(create(target))).toBeUndefined();
      const path = '/api/v1/namespaces/team-3/pods/chat-0';
      const pod = await connection.request<{ spec: { containers: { securityContext?: object }[] } }>(
        'GET',
        path,
      );
      const [main] = pod.spec.containers;
      const admitted = main?.securityContext as { runAsNonRoot?: boolean } | undefined;
      if (admitted?.runAsNonRoot !== true)
        await connection.request('DELETE', path, { body: { gracePeriodSeconds: 0 } });
      expect(admitted).toMatchObject({ runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
    }, LIMIT_MS);
    const { intent } = toIntent({ image: 'model:1', security: { capabilities: ['SYS_CHROOT'] } });
    const refused = writer.createReplica({ ...target, intent }, { ordinal: 1, name: 'chat-1', placement });
    expect(await why(refused)).toMatchObject({ final: false, reason: 'PodSecurityRefused' });
  });

  it('a finalizer of somebody else is all that is left of a deleted replica', async () => {
    const target = await workload(4, {});
    await create(target);
    const path = '/api/v1/namespaces/team-4/pods/chat-0';
    await connection.request('PATCH', path, {
      body: { metadata: { finalizers: ['example.com/audit'] } },
      contentType: 'application/merge-patch+json',
    });
    await writer.removeReplica(replicaOf(target) as ReplicaPod);
    // As its kubelet would.
    await connection.request('DELETE', path, { body: { gracePeriodSeconds: 0 } });
    await eventually(
      () =>
        expect(replicaOf(target)).toMatchObject({
          terminating: true,
          phase: 'Succeeded',
          finalizers: ['example.com/audit'],
        }),
      LIMIT_MS,
    );
    await connection.request('PATCH', path, {
      body: { metadata: { finalizers: null } },
      contentType: 'application/merge-patch+json',
    });
    await eventually(() => expect(replicaOf(target)).toBeUndefined(), LIMIT_MS);
  });

  it('a bound volume names the nodes that reach it, and who uses it', async () => {
    const target = await workload(5, {
      storage: { pvc: [{ path: '/d', existingPvc: true, claimName: 'data' }] },
    });
    const claims = '/api/v1/namespaces/team-5/persistentvolumeclaims';
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] };
    await make('/api/v1/persistentvolumes', {
      metadata: { name: 'pv-1' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: '',
        csi: { driver: 'example.com', volumeHandle: 'v' },
        claimRef: { namespace: 'team-5', name: 'data' },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [zone] }] } },
      },
    });
    await make(claims, {
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: '',
        volumeName: 'pv-1',
        resources: { requests: { storage: '1Gi' } },
      },
    });
    await create(target);
    await eventually(
      () =>
        expect(view.claimsOf(target)).toEqual([
          expect.objectContaining({
            name: 'data',
            phase: 'Bound',
            accessModes: ['ReadWriteOnce'],
            volume: 'pv-1',
            terms: [{ expressions: [zone] }],
            users: [{ pod: 'chat-0', node: NODE }],
          }),
        ]),
      LIMIT_MS,
    );
  });
});
