import { sampleText } from '../client';

/** A workload of one group of fields, on the cluster that a newcomer gets. */
export interface FieldGroup {
  readonly name: string;
  readonly spec: object;
}

const SERVES = { image: 'model:1', servingPort: { container: 8000 } };
const STORAGE_CLASS = 'my-storage-class';

const group = (name: string, fields: object): FieldGroup => ({ name, spec: { ...SERVES, ...fields } });
/** In one pool, whose devices are alike. */
const compute = (name: string, fields: object): FieldGroup =>
  group(name, { compute: fields, nodePools: ['my-node-pool-a'] });
const volume = (kind: string, ...items: readonly object[]): FieldGroup =>
  group(`storage-${kind.toLowerCase()}`, { storage: { [kind]: items } });

/** The sample of the reference, and one workload for each group of fields. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  { name: 'sample', spec: (JSON.parse(sampleText()) as { spec: object }).spec },
  group('container', {
    command: `/bin/serve --title 'two words'`,
    args: '--port 8000 "--greeting=hello there"',
    imagePullPolicy: 'IfNotPresent',
    workingDir: '/work',
    createHomeDir: true,
  }),
  group('probes', {
    probes: {
      readiness: {
        initialDelaySeconds: 1,
        periodSeconds: 1,
        timeoutSeconds: 2,
        successThreshold: 1,
        failureThreshold: 3,
        handler: { httpGet: { path: '/health', port: 8000, scheme: 'HTTP' } },
      },
    },
  }),
  group('placement', {
    nodeType: 'my-node-type',
    nodePools: ['my-node-pool-b', 'my-node-pool-a'],
    podAffinity: { type: 'Preferred', key: 'string' },
    nodeAffinityRequired: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'run.ai/node-pool', operator: 'In', values: ['my-node-pool-b'] }] },
      ],
    },
    tolerations: [
      { name: 'gpu', operator: 'Equal', key: 'gpu', value: 'yes', effect: 'NoExecute', seconds: 60 },
      { name: 'any', operator: 'Exists', key: 'dedicated', effect: 'Any' },
    ],
  }),
  group('environment', {
    environmentVariables: [
      { name: 'VALUE', value: 'v', description: 'what it is for' },
      { name: 'SECRET', secret: { name: 'a-secret', key: 'k' } },
      { name: 'CONFIG', configMap: { name: 'a-map', key: 'k' } },
      { name: 'FIELD', podFieldRef: { path: 'metadata.name' } },
      { name: 'CREDENTIAL', userCredential: { name: 'a-credential', key: 'k' } },
    ],
  }),
  group('metadata', {
    annotations: [{ name: 'billing', value: 'unit 7' }],
    labels: [{ name: 'stage', value: 'research' }],
    category: 'Deploy',
    relatedUrls: [{ url: 'https://wandb.example', type: 'wandb', name: 'training' }],
  }),
  group('ports', {
    ports: [
      { container: 9000, serviceType: 'ClusterIP', external: 90, toolType: 'tensorboard', name: 'inside' },
      { container: 9001, serviceType: 'NodePort', external: 30_091, toolName: 'board', name: 'node' },
      { container: 9002, serviceType: 'LoadBalancer', name: 'balanced' },
    ],
  }),
  group('exposed-urls', {
    exposedUrls: [
      {
        container: 9000,
        url: 'https://notes.example/lab',
        toolType: 'jupyter',
        name: 'notes',
        authorizedUsers: ['ada'],
      },
      { container: 9001, name: 'made', authorizedGroups: ['group-a'] },
    ],
  }),
  compute('compute-cpu', {
    cpuCoreRequest: 0.5,
    cpuCoreLimit: 2,
    cpuMemoryRequest: '1G',
    cpuMemoryLimit: '2G',
    largeShmRequest: true,
  }),
  compute('compute-extended', {
    extendedResources: [{ resource: 'hardware-vendor.example/foo', quantity: '2' }],
  }),
  compute('compute-whole', { gpuDevicesRequest: 1 }),
  compute('compute-portion', {
    gpuDevicesRequest: 1,
    gpuRequestType: 'portion',
    gpuPortionRequest: 0.5,
    gpuPortionLimit: 1,
  }),
  compute('compute-memory', {
    gpuDevicesRequest: 1,
    gpuRequestType: 'memory',
    gpuMemoryRequest: '10G',
    gpuMemoryLimit: '20G',
  }),
  group('compute-mig', {
    compute: { gpuRequestType: 'migProfile', migProfile: '1g.5gb' },
    nodePools: ['my-node-pool-b'],
  }),
  volume('dataVolume', { id: '123e4567-e89b-12d3-a456-426614174000', mountPath: '/data' }),
  volume(
    'pvc',
    { path: '/own', claimInfo: { size: '1G', storageClass: STORAGE_CLASS } },
    {
      path: '/shared',
      claimName: 'shared-claim',
      claimInfo: {
        size: '10G',
        storageClass: STORAGE_CLASS,
        accessModes: { readWriteOnce: false, readWriteMany: true },
      },
    },
    { path: '/short', ephemeral: true, claimInfo: { size: '1G', storageClass: STORAGE_CLASS } },
    { path: '/dev/block', claimInfo: { size: '1G', storageClass: STORAGE_CLASS, volumeMode: 'Block' } },
    { path: '/there', existingPvc: true, claimName: 'there-already', readOnly: true },
  ),
  volume(
    'git',
    {
      repository: 'https://git.example/code',
      branch: 'main',
      path: '/code',
      passwordSecret: 'my-password-secret',
    },
    {
      repository: 'git@git.example:other',
      revision: 'v1',
      path: '/other',
      secretRef: { name: 'a-key', authenticationMethod: 'ssh-key' },
    },
  ),
  volume('configMapVolume', { configMap: 'a-map', mountPath: '/map', defaultMode: '0440', name: 'settings' }),
  volume('secretVolume', { secret: 'a-secret', mountPath: '/secret', subPath: 'k' }),
  volume('nfs', { server: 'nfs.example', path: '/export', mountPath: '/nfs' }),
  volume('hostPath', { path: '/var/lib/models', mountPath: '/models', mountPropagation: 'HostToContainer' }),
  volume('emptyDirVolume', { path: '/scratch', medium: 'Memory', sizeLimit: '1G' }),
  group('security', {
    security: {
      uidGidSource: 'custom',
      runAsUid: 500,
      runAsGid: 30,
      supplementalGroups: '2,3',
      capabilities: ['NET_ADMIN'],
      seccompProfileType: 'RuntimeDefault',
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
    },
  }),
  group('serving', {
    servingPort: { container: 8000, protocol: 'grpc', exposedUrl: 'https://chat.example' },
    servingConfiguration: { initializationTimeoutSeconds: 300, requestTimeoutSeconds: 60 },
    autoscaling: { minReplicas: 2, maxReplicas: 3, metric: 'concurrency', metricThreshold: 8 },
  }),
  group('priority', { priorityClass: 'high', preemptibility: 'non-preemptible' }),
  group('pull-secrets', { imagePullSecrets: [{ name: 'registry' }] }),
];

/** What those workloads refer to, by path of the collection below the namespace of their project. */
export const REFERRED: Readonly<Record<string, readonly object[]>> = {
  secrets: [
    { metadata: { name: 'a-secret' }, stringData: { k: 'v' } },
    { metadata: { name: 'a-credential' }, stringData: { k: 'v' } },
    { metadata: { name: 'a-key' }, stringData: { 'ssh-privatekey': 'key' } },
    { metadata: { name: 'registry' }, stringData: { user: 'me' } },
  ],
  configmaps: [{ metadata: { name: 'a-map' }, data: { k: 'v' } }],
  persistentvolumeclaims: [
    {
      metadata: { name: 'there-already' },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName: STORAGE_CLASS,
        resources: { requests: { storage: '1Gi' } },
      },
    },
  ],
};
