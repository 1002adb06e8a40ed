import { isIP } from 'node:net';
import { z } from 'zod';
import { GATEWAY_VARIABLES } from './gateway-variables';
import { encryptionKeys } from './identity-values';
import { IDENTITY_VARIABLES } from './identity-variables';
import { SCHEDULING_VARIABLES } from './scheduling-variables';
import { STORAGE_VARIABLES } from './storage-variables';
import { USAGE_VARIABLES } from './usage-variables';
import { count, flag, list, milliseconds, port, text, url, variable, type Variable } from './variable';

const addressRanges = list.default([]).superRefine((entries, context) => {
  for (const entry of entries) {
    const [, address = '', bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const width = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (width < Number(bits ?? 0)) context.addIssue(`"${entry}" is neither an address nor a CIDR range`);
  }
});

const poolPolicies = list.default([]).transform((entries, context) => {
  const policies: Record<string, string> = {};
  for (const entry of entries) {
    const [pool, policy, ...rest] = entry.split('=').map((part) => part.trim());
    if (pool && policy && rest.length === 0) policies[pool] = policy;
    else context.addIssue(`"${entry}" is not <pool>=<policy>`);
  }
  return policies;
});

const clusterSchedulers = list.default([]).transform((entries, context) => {
  const addresses: Record<string, string> = {};
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const [id, address] = [z.uuid().safeParse(entry.slice(0, at)), url.safeParse(entry.slice(at + 1))];
    if (at > 0 && id.success && address.success) addresses[id.data.toLowerCase()] = address.data;
    else context.addIssue(`"${entry}" is not <cluster id>=<url>`);
  }
  return addresses;
});

/**
 * Every setting of Tessera. One table, so that every process rejects a misspelt `TESSERA_*` variable, and the
 * reference page and the compose test read the same source.
 */
export const VARIABLES = {
  TESSERA_HOME: variable(
    text.default('.tessera'),
    'Folder of the local platform: data, keys, logs, `connection.json`.',
  ),
  TESSERA_CACHE: variable(text.optional(), 'Folder for built binaries and jars; default `~/.cache/tessera`.'),
  TESSERA_PORT_BASE: variable(
    port.max(65000).default(8080),
    'First port of the local platform; the other ports follow it.',
  ),
  TESSERA_LOG_LEVEL: variable(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
    'Lowest level that is logged.',
  ),
  TESSERA_TRACES_ENDPOINT: variable(
    url.optional(),
    'OTLP/HTTP receiver for traces, for example `http://127.0.0.1:4318`. If empty, tracing is off.',
  ),
  TESSERA_TRACES_RATIO: variable(
    z.coerce.number().min(0).max(1).default(1),
    'Share of traces started here that are recorded, 0 to 1. For a request with a `traceparent` header, the sender decides.',
  ),
  TESSERA_HOST: variable(text.default('127.0.0.1'), 'Address that the services listen on.'),
  TESSERA_REQUIRE_SERVICES: variable(
    flag.default(false),
    'Tests: fail instead of skip when a required service is missing.',
  ),
  TESSERA_TEST_DATABASE_URL: variable(
    text.optional(),
    'Tests: Postgres server for the test databases. If empty, the test run starts its own.',
    true,
  ),

  ...STORAGE_VARIABLES,
  ...USAGE_VARIABLES,
  TESSERA_CLUSTER_ID: variable(
    z.uuid().default('71f69d83-ba66-4822-adf5-55ce55efd210'),
    'Id of the cluster that this scheduler manages.',
  ),

  TESSERA_KUBECONFIG: variable(
    text.optional(),
    'kubeconfig file. If empty, the in-cluster service account is used.',
  ),
  TESSERA_PROMETHEUS_URL: variable(
    url.optional(),
    'URL of the Prometheus HTTP API. If empty, the metrics service scrapes the exporters itself.',
  ),
  TESSERA_PROMETHEUS_TOKEN: variable(text.optional(), 'Bearer token for Prometheus.', true),
  TESSERA_PROMETHEUS_TIMEOUT_MS: variable(
    milliseconds.min(100).max(15_000).default(10_000),
    'Longest time of one query to Prometheus, ms. The queries of a request run at the same time, so it ends by then, too.',
  ),

  TESSERA_API_PORT: variable(port.default(8080), 'Port of the REST API and console.'),
  TESSERA_API_ADMIN_PORT: variable(
    port.default(8084),
    'Separate port for health checks and `/metrics` of the API. Do not expose it to clients.',
  ),
  TESSERA_API_PUBLIC_URL: variable(
    url.default('http://127.0.0.1:8080'),
    'URL at which clients reach the API; also the issuer of its tokens.',
  ),
  TESSERA_METRICS_URL: variable(
    url.default('http://127.0.0.1:8082'),
    'URL of the metrics service; the API asks it for measurements, the scheduler for the metrics by which workloads scale.',
  ),
  TESSERA_SCHEDULER_URL: variable(
    url.default('http://127.0.0.1:8083'),
    'URL of the scheduler; the API calls it for what-if, nodes and logs.',
  ),
  TESSERA_CLUSTER_SCHEDULERS: variable(
    clusterSchedulers,
    'Comma list of scheduler URLs per cluster, each `<cluster id>=<url>`. Clusters not listed use `TESSERA_SCHEDULER_URL`.',
  ),
  TESSERA_PLAIN_HTTP_HOSTS: variable(
    list.default([]),
    'Comma list of hosts on a trusted network, to which tokens may be sent and from which keys may be read over plain http. A name that begins with a dot matches every host with that ending. Loopback needs no entry.',
  ),
  TESSERA_GATEWAY_PUBLIC_URL: variable(
    url.default('http://127.0.0.1:8081'),
    'URL at which clients reach the gateway; serving URLs start with it.',
  ),
  TESSERA_APPLICATION_ID: variable(
    text.optional(),
    'Id of the application that is created at the first start.',
  ),
  TESSERA_APPLICATION_SECRET: variable(
    z.string().min(16).optional(),
    'Secret of that application, at least 16 characters.',
    true,
  ),
  TESSERA_KEY_ENCRYPTION_KEY: variable(
    encryptionKeys,
    'Comma list of keys that encrypt the signing keys in the database (AES-256-GCM), each 32 bytes in base64 or hexadecimal. The first key encrypts, all keys decrypt. If empty, the signing keys are stored unencrypted.',
    true,
  ),
  TESSERA_API_SEED: variable(
    z.enum(['local', 'none']).default('none'),
    '`local` creates the sample organisation when the API starts.',
  ),
  ...IDENTITY_VARIABLES,
  TESSERA_TRUSTED_PROXIES: variable(
    addressRanges,
    'Comma list of addresses and CIDR ranges of the proxies in front of the API and the gateway. The client address is read from `X-Forwarded-For` only if one of these proxies sent it.',
  ),
  TESSERA_RATE_LIMIT_PER_MINUTE: variable(
    count.default(0),
    'Maximum requests per subject and minute to the API; 0 means no limit.',
  ),
  TESSERA_EVENT_STREAMS_PER_SUBJECT: variable(
    count.min(1).default(10),
    'Maximum open event streams per subject, for each API process.',
  ),
  TESSERA_LOG_STREAMS_PER_SUBJECT: variable(
    count.min(1).default(10),
    'Maximum concurrent log requests per subject, followed or not, for each API process.',
  ),
  TESSERA_LOGINS_PER_MINUTE: variable(
    count.default(120),
    'Maximum failed logins per address and minute, and maximum logins per client and minute from an address it has logged in from before, for each API process; 0 means no limit. Repeated failures are also subject to backoff.',
  ),
  TESSERA_REFUSED_TOKENS_PER_MINUTE: variable(
    count.default(600),
    'Maximum calls with a missing or invalid token per address and minute, for each API process. Further calls are answered with 429 unless their token was recently verified. 0 means no limit.',
  ),
  TESSERA_AUDIT_REFUSALS_MS: variable(
    milliseconds.min(100).default(60_000),
    'Interval between audit log rows that summarise refused calls as a count, ms.',
  ),
  TESSERA_BODY_LIMIT_BYTES: variable(
    count.min(1024).default(1_048_576),
    'Maximum request body of the API, bytes.',
  ),
  TESSERA_REQUEST_TIMEOUT_MS: variable(
    milliseconds.min(100).default(30_000),
    'Timeout of one API request, ms.',
  ),
  TESSERA_TOKEN_TTL_SECONDS: variable(count.min(61).default(3600), 'Lifetime of an access token, seconds.'),

  TESSERA_SCHEDULER_PORT: variable(port.default(8083), 'Port of the scheduler; called by the API.'),
  TESSERA_SCHEDULER_ADMIN_PORT: variable(
    port.default(8087),
    'Separate port for health checks and `/metrics` of the scheduler.',
  ),
  TESSERA_SCHEDULER_RESYNC_MS: variable(
    milliseconds.default(30_000),
    'Interval between full resyncs, ms; at least 10 ms per workload.',
  ),
  TESSERA_SCHEDULER_IDENTITY: variable(
    text.optional(),
    'Identity of this scheduler in its lease; must be unique per process. If empty, it is generated.',
  ),
  TESSERA_SCHEDULER_NAMESPACE: variable(
    text.default('kube-system'),
    'Namespace of the lease that lets only one scheduler per cluster be active.',
  ),
  TESSERA_PROJECT_NAMESPACES: variable(
    z.enum(['create', 'adopt']).default('create'),
    'How a project gets its namespace: with `create` the scheduler creates a missing namespace, with `adopt` it waits until an administrator creates it. An existing namespace is used if its label `tessera.io/project` is the name of the project and its label `tessera.io/project-id`, if set, is the id of the project.',
  ),
  TESSERA_RESERVED_NAMESPACES: variable(
    list.default(['tessera-reservations', 'gpu-operator']),
    'Comma list of namespaces that no project may use; a trailing `*` matches any ending. `default` and `kube-*` are always reserved. The scheduler also reserves its own namespace, the one of reservation pods and the one of the GPU operator.',
  ),
  TESSERA_RESERVATION_NAMESPACE: variable(
    text.default('tessera-reservations'),
    'Namespace of the reservation pods, which hold the devices that replicas share.',
  ),
  TESSERA_RESERVATION_IMAGE: variable(
    text.default('tessera-gpu-reservation:latest'),
    'Image of the reservation pods.',
  ),
  TESSERA_RESERVATION_COMMAND: variable(
    list.default([]),
    'Comma list: command of the reservation pods and its arguments. If empty, the command of the image is used.',
  ),
  TESSERA_RESERVATION_READY_MS: variable(
    milliseconds.default(40_000),
    'How long a reservation pod may take to report its device, ms. After that the workload reports the reason, and the scheduler avoids the device.',
  ),
  TESSERA_MIG_DRAIN_MS: variable(
    milliseconds.default(1_800_000),
    'How long a node may take to drain before its MIG geometry changes, ms. After that the scheduler uncordons the node and changes nothing.',
  ),
  TESSERA_MIG_STUCK_MS: variable(
    milliseconds.default(300_000),
    'How long mig-manager may work while components of the GPU operator are paused, ms. After that it counts as stuck, and the scheduler restarts it by switching its label to another configuration and back.',
  ),
  TESSERA_MIG_LIMIT_MS: variable(
    milliseconds.default(1_200_000),
    'How long a change of MIG geometry may take in total, including reboots, ms. After that the scheduler restores the previous configuration.',
  ),
  TESSERA_GPU_OPERATOR_NAMESPACE: variable(
    text.default('gpu-operator'),
    'Namespace of the GPU operator, where mig-manager lists the MIG configurations of a node.',
  ),
  TESSERA_GPU_RUNTIME_CLASS: variable(
    text.optional(),
    'RuntimeClass of pods that share devices and of reservation pods: `nvidia` if the GPU operator created it. Leave empty if the NVIDIA runtime is the default.',
  ),
  TESSERA_GPU_DEVICE_NAMES: variable(
    z.enum(['uuid', 'cdi']).default('uuid'),
    'How shared devices are named to the container runtime: `uuid`, or `cdi` for CDI names (GPU operator 25.10 and later, unless CDI is off).',
  ),
  TESSERA_GPU_MEMORY_ENFORCEMENT: variable(
    z.enum(['none', 'hami-core', 'nv-fractions']).default('none'),
    'What limits a replica to its share of GPU memory: nothing, HAMi-core, or the fractions of the NVIDIA driver. The last two must be installed on the nodes. The API rejects environment variables that would change what the mode enforces, and the scheduler leaves them out. If clusters differ, set the mode of most clusters for the API.',
  ),
  TESSERA_EXPOSED_URLS: variable(
    z.enum(['none', 'ingress', 'gateway', 'tessera']).default('none'),
    'How the URLs that workloads request are exposed: not at all (`none`), by Ingress, by HTTPRoute of the Gateway API (`gateway`), or by the gateway of Tessera (`tessera`), which alone enforces who may call them. For the last, point their hosts at it, with a wildcard DNS record for the base.',
  ),
  TESSERA_EXPOSED_URLS_BASE: variable(
    // Before it stands a label of 63 characters and a dot; a host has at most 253.
    z.url({ protocol: /^https?$/, hostname: /^.{1,189}$/ }).optional(),
    'Base of exposed URLs, for example `https://apps.example`, with a host of at most 189 characters. Requested URLs must be below it; a request without a URL gets `<name>-<project>-<hash>.apps.example`. Set the same value for API and scheduler, and for the gateway where TESSERA_EXPOSED_URLS is `tessera`.',
  ),
  TESSERA_GUARDRAILS_FILE: variable(
    text.optional(),
    'YAML file with the guardrails: what workloads may request (docs/guides/guardrails.md). Use the same file for API and scheduler. If empty, the preset `baseline` applies.',
  ),
  TESSERA_INGRESS_CLASS: variable(
    text.optional(),
    'IngressClass of exposed URLs. If empty, the default class of the cluster is used.',
  ),
  TESSERA_GATEWAY_PARENT: variable(
    text.optional(),
    'Gateway that the routes of exposed URLs attach to, `namespace/name`. Required if TESSERA_EXPOSED_URLS is `gateway`.',
  ),
  TESSERA_SCALING_WINDOW_MS: variable(
    milliseconds.min(6_000).max(3_600_000).default(60_000),
    'Stable window of the scaling rules, ms: the time over which load is averaged and a workload must be idle. The panic window is a tenth of it.',
  ),
  TESSERA_DRAIN_MS: variable(
    milliseconds.default(300_000),
    'How long the requests of a replica out of rotation may take before it is deleted, and those of a deleted one before it is killed, ms; servingConfiguration.requestTimeoutSeconds of a workload takes precedence.',
  ),
  TESSERA_PRE_STOP_SECONDS: variable(
    count.max(300).default(5),
    'How long a deleted replica with a port goes on serving before it receives SIGTERM, s, so that Services, Ingresses and proxies stop sending it requests; 0 disables it. Needs Kubernetes 1.30.',
  ),
  TESSERA_NODE_LOST_MS: variable(
    milliseconds.default(60_000),
    'How long a node may be lost (not ready or deleted) before the scheduler force-deletes its replicas and replaces them elsewhere, ms.',
  ),
  TESSERA_NODE_LOSS_THRESHOLD: variable(
    z.coerce.number().min(0).max(1).default(0.55),
    'Share of lost nodes from which a node pool counts as disrupted: replicas on its lost nodes are kept, because the control plane is more likely to be partitioned from the nodes than so many nodes to have failed. Replicas of a pool without a ready node are never replaced. As `--unhealthy-zone-threshold` of Kubernetes.',
  ),
  TESSERA_NODE_LOSS_PER_SECOND: variable(
    z.coerce.number().min(0.0001).max(1_000).default(0.1),
    'Rate at which the scheduler replaces the replicas of lost nodes, in nodes of a node pool per second: 0.1 is one node in ten seconds. As `--node-eviction-rate` of Kubernetes.',
  ),
  TESSERA_NODE_LOSS_DISRUPTED_PER_SECOND: variable(
    z.coerce.number().min(0).max(1_000).default(0.01),
    'The same for a disrupted pool of more than 50 nodes; smaller ones lose no replicas then. As `--secondary-node-eviction-rate` of Kubernetes.',
  ),
  TESSERA_NODE_POOL_LABEL: variable(text.default('run.ai/node-pool'), 'Node label that names the node pool.'),
  TESSERA_NODE_TYPE_LABEL: variable(text.default('run.ai/type'), 'Node label that names the node type.'),
  TESSERA_PLACEMENT_POLICY: variable(text.default('fgd'), 'Placement policy of the scheduler.'),
  TESSERA_POOL_POLICIES: variable(
    poolPolicies,
    'Comma list of placement policies per node pool, each `<pool>=<policy>`.',
  ),

  TESSERA_METRICS_PORT: variable(port.default(8082), 'Port of the metrics service; called by the API.'),
  TESSERA_METRICS_ADMIN_PORT: variable(
    port.default(8086),
    'Separate port for health checks and `/metrics` of the metrics service.',
  ),
  TESSERA_JWKS_URL: variable(
    url.default('http://127.0.0.1:8080/.well-known/jwks.json'),
    'URL of the keys that verify access tokens; used by the gateway, the metrics service and the scheduler.',
  ),
  TESSERA_SCRAPE_TARGETS: variable(
    list.default([]),
    'Comma list of exporter URLs that the metrics service scrapes if there is no Prometheus.',
  ),
  TESSERA_METRICS_SHARED_MS: variable(
    milliseconds.max(60_000).default(5_000),
    'How long readers of the same measurement share an answer, ms. Ranges that reach to the present end at a multiple of it.',
  ),
  TESSERA_SCRAPE_INTERVAL_MS: variable(
    milliseconds.min(100).default(2_000),
    'Scrape interval, ms; with Prometheus, set its scrape interval. Rates are computed over four intervals.',
  ),
  TESSERA_METRICS_QUERY_KEYS: variable(
    encryptionKeys,
    'Comma list of keys that sign the requests of schedulers to the metrics service (HMAC-SHA256), each 32 bytes in base64 or hexadecimal. A scheduler signs with the first key, the metrics service accepts all. Without a key no workload scales by a metric by name.',
    true,
  ),
  TESSERA_SCALING_QUERIES_FILE: variable(
    text.optional(),
    'YAML file with queries of metrics by name (docs/guides/scaling.md); they extend and override the built-in queries of model servers.',
  ),
  TESSERA_METRICS_RETENTION_MS: variable(
    milliseconds.default(6 * 3600_000),
    'Retention of scraped samples, ms.',
  ),

  ...GATEWAY_VARIABLES,
  ...SCHEDULING_VARIABLES,

  TESSERA_SIMULATOR_API: variable(
    flag.default(true),
    'Serve the simulated Kubernetes API; false attaches the kubelets to the cluster of TESSERA_KUBECONFIG.',
  ),
  TESSERA_SIMULATOR_API_PORT: variable(port.default(8084), 'Port of the simulated Kubernetes API.'),
  TESSERA_SIMULATOR_KUBELET_PORT: variable(
    port.default(8090),
    'Port of the simulated kubelets and exporters.',
  ),
  TESSERA_SIMULATOR_KUBECONFIG_OUT: variable(
    text.optional(),
    'File to which the simulator writes a kubeconfig for itself.',
  ),
  TESSERA_SIMULATOR_TOKEN: variable(
    text.optional(),
    'Bearer token of the simulated API. If empty, it is generated.',
    true,
  ),
  TESSERA_SIMULATOR_CERTIFICATE: variable(
    text.optional(),
    'File in which the simulated API stores its certificate, so that clients still trust it after a restart.',
  ),
  TESSERA_SIMULATOR_NODES: variable(
    z.coerce.number().int().min(1).max(20_000).optional(),
    'Number of simulated nodes with eight A100 each in the pool `default`, instead of the sample nodes; for scale tests.',
  ),
  TESSERA_SIMULATOR_PULL_MS: variable(milliseconds.default(400), 'Duration of a simulated image pull, ms.'),
  TESSERA_SIMULATOR_START_MS: variable(milliseconds.default(300), 'Start time of a simulated container, ms.'),
  TESSERA_SIMULATOR_MIG_MS: variable(
    milliseconds.default(2_000),
    'Time the simulated mig-manager takes to repartition the GPUs of a node, ms.',
  ),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
export type VariableValue<N extends VariableName> = z.infer<(typeof VARIABLES)[N]['schema']>;
