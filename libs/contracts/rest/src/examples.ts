/** Ids of the local organisation, in which every example works unchanged. */
const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const PROJECT = '1';
const DEPARTMENT = '2';

const quota = (deserved: number) => [
  { nodePool: { id: '1', name: 'default' }, gpu: { deserved, limit: -1 } },
];

/** A credential that refers to a Secret in the project's namespace. */
const credential = (name: string, existingSecretName: string) => ({
  meta: { name, scope: 'project', projectId: Number(PROJECT) },
  spec: { existingSecretName },
});

/** One complete body for each route with a body. A test sends them unchanged. */
export const EXAMPLES = {
  token: { grantType: 'app_token', appID: 'my-application', appSecret: 'its-secret' },
  oauthToken: {
    grant_type: 'client_credentials',
    client_id: 'my-application',
    client_secret: 'its-secret',
  },
  migConfig: { config: 'all-disabled' },
  inference: {
    name: 'my-workload-name',
    useGivenNameAsPrefix: true,
    projectId: PROJECT,
    clusterId: CLUSTER,
    spec: {
      image: 'vllm/vllm-openai:v0.8.5',
      imagePullPolicy: 'IfNotPresent',
      command: 'vllm serve',
      args: "--model meta-llama/Llama-3.2-1B --served-model-name 'llama'",
      workingDir: '/home/myfolder',
      createHomeDir: true,
      probes: {
        readiness: {
          initialDelaySeconds: 10,
          periodSeconds: 5,
          timeoutSeconds: 3,
          successThreshold: 1,
          failureThreshold: 6,
          handler: { httpGet: { path: '/health', port: 8000, scheme: 'HTTP' } },
        },
      },
      nodePools: ['my-node-pool-a', 'my-node-pool-b'],
      environmentVariables: [
        { name: 'HF_HOME', value: '/mnt/data/models' },
        { name: 'HF_TOKEN', secret: { name: 'hugging-face', key: 'token' } },
      ],
      annotations: [{ name: 'billing', value: 'my-billing-unit' }],
      labels: [{ name: 'stage', value: 'initial-research' }],
      tolerations: [{ name: 'gpu', operator: 'Exists', key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
      ports: [{ container: 8080, serviceType: 'ClusterIP', name: 'admin' }],
      exposedUrls: [{ container: 8081, authorizedUsers: ['user-a'], toolType: 'jupyter', name: 'notes' }],
      relatedUrls: [{ url: 'https://wandb.example/run', type: 'wandb', name: 'training' }],
      compute: {
        gpuDevicesRequest: 1,
        gpuRequestType: 'portion',
        gpuPortionRequest: 0.5,
        gpuPortionLimit: 1,
        cpuCoreRequest: 0.5,
        cpuCoreLimit: 2,
        cpuMemoryRequest: '1G',
        cpuMemoryLimit: '4G',
        largeShmRequest: true,
      },
      storage: {
        dataVolume: [{ id: '123e4567-e89b-12d3-a456-426614174000', mountPath: '/mnt/data' }],
        pvc: [
          {
            path: '/cache',
            claimInfo: { size: '10G', accessModes: { readWriteOnce: true }, volumeMode: 'Filesystem' },
          },
        ],
        git: [{ repository: 'https://git.example/my-repo', branch: 'main', path: '/code' }],
        configMapVolume: [{ configMap: 'prompts', mountPath: '/etc/prompts' }],
        secretVolume: [{ secret: 'certificates', mountPath: '/etc/certificates' }],
      },
      security: { uidGidSource: 'custom', runAsUid: 500, runAsGid: 30, supplementalGroups: '2,3,5,8' },
      servingPort: { container: 8000, protocol: 'http' },
      autoscaling: {
        minReplicas: 0,
        maxReplicas: 3,
        metric: 'concurrency',
        metricThreshold: 8,
        scaleToZeroRetentionSeconds: 60,
      },
    },
  },
  inferenceUpdate: {
    spec: {
      image: 'vllm/vllm-openai:v0.8.5',
      environmentVariables: [{ name: 'HF_HOME', value: '/mnt/data/models' }],
      autoscaling: { minReplicas: 1, maxReplicas: 4, metric: 'throughput', metricThreshold: 100 },
    },
  },
  department: { name: 'research', clusterId: CLUSTER, resources: quota(8) },
  departmentUpdate: { resources: quota(16) },
  project: {
    name: 'language-models',
    clusterId: CLUSTER,
    parentId: DEPARTMENT,
    requestedNamespace: 'language-models',
    defaultNodePools: ['default'],
    resources: quota(4),
  },
  projectUpdate: { defaultNodePools: ['default'], resources: quota(6) },
  cluster: { name: 'second-cluster', domain: 'second.example' },
  nodePool: {
    name: 'a100',
    labelKey: 'run.ai/node-pool',
    labelValue: 'a100',
    placementStrategy: { cpu: 'spread', gpu: 'binpack' },
  },
  inferencePolicy: {
    meta: { name: 'defaults-of-project-1', scope: 'project', projectId: Number(PROJECT) },
    policy: {
      defaults: {
        environmentVariables: { instances: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example:3128' }] },
        labels: { instances: [{ name: 'cost-centre', value: '4711' }] },
      },
    },
  },
  dataVolume: {
    name: 'corpus',
    description: 'Documents that the models are asked about.',
    originPvcName: 'corpus',
    projectId: PROJECT,
  },
  credentials: {
    'access-key': credential('bucket', 'bucket-access-key'),
    password: credential('git', 'git-password'),
    'docker-registry': credential('registry', 'registry-login'),
    'generic-secret': credential('hugging-face', 'hugging-face-token'),
  },
  application: { name: 'deploy-bot' },
  user: { email: 'ada@example.com' },
  servingKey: {
    name: 'nightly evaluation',
    projectIds: [PROJECT],
    expiresAt: '2030-01-01T00:00:00Z',
    limits: { requestsPerMinute: 600, tokensPerMinute: 200_000, requestsInFlight: 20 },
    priority: 'low',
  },
  servingKeyChange: { limits: { requestsPerMinute: 1200 }, expiresAt: null, priority: 'normal' },
  servingLimits: { limits: { requestsPerMinute: 6000, tokensPerMinute: 2_000_000 } },
  servingKeyRotation: { overlapSeconds: 3600 },
  modelAlias: {
    name: 'assistant',
    projectId: PROJECT,
    targets: [
      { workload: 'chat', weight: 90 },
      { workload: 'chat-v2', weight: 10 },
    ],
    fallbacks: [{ workload: 'chat' }],
    waitSeconds: 10,
  },
  modelAliasChange: {
    targets: [
      { workload: 'chat', weight: 50 },
      { workload: 'chat-v2', weight: 50 },
    ],
  },
  accessRule: {
    subjectId: 'ada@example.com',
    subjectType: 'user',
    roleId: 8,
    scopeType: 'project',
    scopeId: PROJECT,
    clusterId: CLUSTER,
  },
} as const;
