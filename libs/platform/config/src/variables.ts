import { isIP } from 'node:net';
import { z } from 'zod';
import { encryptionKeys, oidcIssuers } from './identity-values';
import { STORAGE_VARIABLES } from './storage-variables';
import { count, flag, list, milliseconds, port, text, url, variable, type Variable } from './variable';

const addressRanges = list.default([]).superRefine((entries, context) => {
  for (const entry of entries) {
    const [, address = '', bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const width = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (width < Number(bits ?? 0)) context.addIssue(`"${entry}" is neither an address nor a CIDR range`);
  }
});

const namespaceNames = list.default([]).superRefine((names, context) => {
  for (const name of names)
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      context.addIssue(`"${name}" is not the name of a namespace`);
});

const placementPolicy = z.enum([
  'fgd',
  'fgd-published',
  'best-fit',
  'dot-product',
  'packing',
  'clustering',
  'spread',
  'random',
]);
const poolPolicies = list.default([]).transform((entries, context) => {
  const policies: Record<string, z.infer<typeof placementPolicy>> = {};
  for (const entry of entries) {
    const [pool, policy, ...rest] = entry.split('=').map((part) => part.trim());
    const known = placementPolicy.safeParse(policy);
    if (pool && known.success && rest.length === 0) policies[pool] = known.data;
    else
      context.addIssue(
        `"${entry}" is not <pool>=<policy>; the policies are ${placementPolicy.options.join(', ')}`,
      );
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
 * Every variable that Tessera knows. One table, so that a misspelt `TESSERA_*` variable is an error in every process
 * and the reference page and the compose test read the same source.
 */
export const VARIABLES = {
  TESSERA_HOME: variable(
    text.default('.tessera'),
    'Folder of the local platform: data, keys, logs, connection.json.',
  ),
  TESSERA_CACHE: variable(text.optional(), 'Folder of built binaries and jars; default `~/.cache/tessera`.'),
  TESSERA_PORT_BASE: variable(
    port.max(65000).default(8080),
    'First port of the local platform; all others follow it.',
  ),
  TESSERA_LOG_LEVEL: variable(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
    'Least severe level that is logged.',
  ),
  TESSERA_TRACES_ENDPOINT: variable(
    url.optional(),
    'OTLP/HTTP receiver of traces, such as `http://127.0.0.1:4318`; without it nothing is traced.',
  ),
  TESSERA_TRACES_RATIO: variable(
    z.coerce.number().min(0).max(1).default(1),
    'Share of the traces that begin here which are recorded, 0 to 1; for a request that brings a `traceparent` its sender decides.',
  ),
  TESSERA_HOST: variable(text.default('127.0.0.1'), 'Address that the services listen on.'),
  TESSERA_REQUIRE_PARTS: variable(
    flag.default(false),
    'Tests: a missing real part is a failure instead of a skip.',
  ),
  TESSERA_TEST_DATABASE_URL: variable(
    text.optional(),
    'Tests: Postgres server to create test databases on; without it the test run starts its own.',
    true,
  ),

  ...STORAGE_VARIABLES,
  TESSERA_CLUSTER_ID: variable(
    z.uuid().default('71f69d83-ba66-4822-adf5-55ce55efd210'),
    'The cluster that this scheduler serves.',
  ),

  TESSERA_KUBECONFIG: variable(text.optional(), 'kubeconfig file; without it the in-cluster account.'),
  TESSERA_PROMETHEUS_URL: variable(
    url.optional(),
    'Prometheus HTTP API; without it the metrics service scrapes the exporters itself.',
  ),
  TESSERA_PROMETHEUS_TOKEN: variable(text.optional(), 'Bearer token for Prometheus.', true),

  TESSERA_API_PORT: variable(port.default(8080), 'Port of the REST API and console.'),
  TESSERA_API_ADMIN_PORT: variable(
    port.default(8084),
    'Port of its own for health and `/metrics` of the API: not for its callers.',
  ),
  TESSERA_API_PUBLIC_URL: variable(
    url.default('http://127.0.0.1:8080'),
    'Address under which clients reach the API; also the issuer of its tokens.',
  ),
  TESSERA_METRICS_URL: variable(
    url.default('http://127.0.0.1:8082'),
    'Address of the metrics service, for the API.',
  ),
  TESSERA_SCHEDULER_URL: variable(
    url.default('http://127.0.0.1:8083'),
    'Address of the scheduler, for what the API asks it: what-if, nodes, logs.',
  ),
  TESSERA_CLUSTER_SCHEDULERS: variable(
    clusterSchedulers,
    'Addresses of the schedulers of single clusters, `<cluster id>=<url>`, separated by commas; the others are asked at `TESSERA_SCHEDULER_URL`.',
  ),
  TESSERA_PLAIN_HTTP_HOSTS: variable(
    list.default([]),
    'Comma list of hosts to which tokens may go, and from which keys may come, over plain http, since the network to them is trusted; a name that begins with a dot stands for all that end so. Loopback needs no entry.',
  ),
  TESSERA_GATEWAY_PUBLIC_URL: variable(
    url.default('http://127.0.0.1:8081'),
    'Address under which clients reach the gateway; serving URLs start with it.',
  ),
  TESSERA_APPLICATION_ID: variable(
    text.optional(),
    'Id of the application that exists from the first start.',
  ),
  TESSERA_APPLICATION_SECRET: variable(
    z.string().min(16).optional(),
    'Secret of that application, 16 characters at least.',
    true,
  ),
  TESSERA_KEY_ENCRYPTION_KEY: variable(
    encryptionKeys,
    'Comma list of keys with which the signing keys in the database are encrypted (AES-256-GCM), each 32 bytes in base64 or hexadecimal. The first encrypts, all decrypt. Without one they lie there as they are.',
    true,
  ),
  TESSERA_API_SEED: variable(
    z.enum(['local', 'none']).default('none'),
    '`local` creates the sample organisation at start.',
  ),
  TESSERA_OIDC_ISSUERS: variable(
    oidcIssuers,
    'Comma list of further token issuers, each `<issuer>`, `<issuer>|<audience>` or `<issuer>|<audience>|emails-trusted`; their keys are discovered. Emails count that the token calls verified (`email_verified: true`); with `emails-trusted` also those of which it says nothing, for an issuer that gives nobody an email that is not theirs.',
  ),
  TESSERA_TRUSTED_PROXIES: variable(
    addressRanges,
    'Comma list of addresses and CIDR ranges of the proxies in front of API and gateway; only what they write into `X-Forwarded-For` counts as the address of a client.',
  ),
  TESSERA_RATE_LIMIT_PER_MINUTE: variable(
    count.default(0),
    'Requests that one subject may send to the API per minute; 0 is no limit.',
  ),
  TESSERA_EVENT_STREAMS_PER_SUBJECT: variable(
    count.min(1).default(10),
    'Event streams that one subject may have open at one API process.',
  ),
  TESSERA_LOG_STREAMS_PER_SUBJECT: variable(
    count.min(1).default(10),
    'Logs that one subject may be sent at once by one API process, followed or not.',
  ),
  TESSERA_LOGINS_PER_MINUTE: variable(
    count.default(120),
    'Failed logins of one address per minute, and logins of one client from an address that it logged in from before, at one API process; 0 is no limit. What fails again and again backs off besides.',
  ),
  TESSERA_REFUSED_TOKENS_PER_MINUTE: variable(
    count.default(600),
    'Calls with a missing or bad token that are looked at per address and minute, at one API process; further ones are 429 unless their token was seen to be good. 0 is no limit.',
  ),
  TESSERA_AUDIT_REFUSALS_MS: variable(
    milliseconds.min(100).default(60_000),
    'Time between two rows of the audit log about refused calls that are only counted, ms.',
  ),
  TESSERA_BODY_LIMIT_BYTES: variable(
    count.min(1024).default(1_048_576),
    'Largest request body of the API, bytes.',
  ),
  TESSERA_REQUEST_TIMEOUT_MS: variable(
    milliseconds.min(100).default(30_000),
    'Longest time the API works on one request, ms.',
  ),
  TESSERA_TOKEN_TTL_SECONDS: variable(count.min(61).default(3600), 'Lifetime of an access token in seconds.'),

  TESSERA_SCHEDULER_PORT: variable(port.default(8083), 'Port of the scheduler, for the API.'),
  TESSERA_SCHEDULER_ADMIN_PORT: variable(
    port.default(8087),
    'Port of its own for health and `/metrics` of the scheduler.',
  ),
  TESSERA_SCHEDULER_RESYNC_MS: variable(
    milliseconds.default(30_000),
    'Pause between two full looks at every workload, ms; 10 ms for each workload where that is longer.',
  ),
  TESSERA_SCHEDULER_IDENTITY: variable(
    text.optional(),
    'Name under which this scheduler holds its lease; made up when absent. Unique per process.',
  ),
  TESSERA_SCHEDULER_NAMESPACE: variable(
    text.default('kube-system'),
    'Namespace of the lease that keeps schedulers of one cluster apart.',
  ),
  TESSERA_PROJECT_NAMESPACES: variable(
    z.enum(['create', 'adopt']).default('create'),
    'What the scheduler does for the namespace of a project: `create` makes it where it is missing, `adopt` waits for somebody else to make it. One that is there already is used where its label `tessera.io/project` is the name of the project (and `tessera.io/project-id`, where it has one, the id).',
  ),
  TESSERA_RESERVED_NAMESPACES: variable(
    list.default(['tessera-reservations', 'gpu-operator']),
    "Namespaces that are never a project's, comma list; a `*` at the end stands for any ending. `default` and `kube-*` are always reserved, for the scheduler also its own, that of reservation pods and that of the GPU operator.",
  ),
  TESSERA_RESERVATION_NAMESPACE: variable(
    text.default('tessera-reservations'),
    'Namespace of the pods that hold devices for the replicas that share them.',
  ),
  TESSERA_RESERVATION_IMAGE: variable(
    text.default('tessera-gpu-reservation:latest'),
    'Image of the pods that hold shared devices.',
  ),
  TESSERA_RESERVATION_COMMAND: variable(
    list.default([]),
    'Program of the pods that hold shared devices and its arguments, separated by commas; the one of the image when absent.',
  ),
  TESSERA_RESERVATION_READY_MS: variable(
    milliseconds.default(40_000),
    'How long a pod that holds a shared device may take to tell which device it got, ms; after that the workload says why it waits, and the device is avoided.',
  ),
  TESSERA_MIG_DRAIN_MS: variable(
    milliseconds.default(1_800_000),
    'How long replicas may take to leave a node whose MIG geometry is to change, ms; after that the cordon is lifted and nothing is changed.',
  ),
  TESSERA_MIG_STUCK_MS: variable(
    milliseconds.default(300_000),
    'How long mig-manager may be at work with parts of the GPU operator paused, ms; after that it counts as wedged, and its label goes to another configuration and back.',
  ),
  TESSERA_MIG_LIMIT_MS: variable(
    milliseconds.default(1_200_000),
    'How long a change of MIG geometry may take in all, reboots included, ms; after that the node goes back to the configuration before.',
  ),
  TESSERA_GPU_OPERATOR_NAMESPACE: variable(
    text.default('gpu-operator'),
    'Namespace of the GPU operator, where mig-manager tells which MIG configurations a node can have.',
  ),
  TESSERA_GPU_RUNTIME_CLASS: variable(
    text.optional(),
    'RuntimeClass of pods that share devices and of those that hold them, `nvidia` where the GPU operator made it; none where the runtime of NVIDIA is the default.',
  ),
  TESSERA_GPU_DEVICE_NAMES: variable(
    z.enum(['uuid', 'cdi']).default('uuid'),
    'How shared devices are named to the container runtime: by UUID, or by CDI name (GPU operator 25.10 and later, unless CDI is off).',
  ),
  TESSERA_GPU_MEMORY_ENFORCEMENT: variable(
    z.enum(['none', 'hami-core', 'nv-fractions']).default('none'),
    'What keeps a replica within its share of GPU memory: nothing, HAMi-core, or the fractions of the NVIDIA driver. The last two need their parts on the nodes. The API refuses variables that would change what the mode enforces, and the scheduler leaves them out; where clusters differ, give the API the mode of most of them.',
  ),
  TESSERA_EXPOSED_URLS: variable(
    z.enum(['none', 'ingress', 'gateway']).default('none'),
    'How the URLs that workloads ask for reach their pods: not at all, by Ingress, or by HTTPRoute of the Gateway API.',
  ),
  TESSERA_EXPOSED_URLS_BASE: variable(
    z.url({ protocol: /^https?$/ }).optional(),
    'Address below which exposed URLs may stand, and are made where a request gives none, `https://apps.example`: `<name>-<project>-<hash>.apps.example`. The same for API and scheduler.',
  ),
  TESSERA_GUARDRAILS_FILE: variable(
    text.optional(),
    'YAML file with what workloads may ask for (docs/guides/guardrails.md), the same for API and scheduler; without it the preset `baseline` holds.',
  ),
  TESSERA_INGRESS_CLASS: variable(
    text.optional(),
    'IngressClass of exposed URLs; the default class of the cluster where it is not given.',
  ),
  TESSERA_GATEWAY_PARENT: variable(
    text.optional(),
    'Gateway that the routes of exposed URLs attach to, `namespace/name`; needed where TESSERA_EXPOSED_URLS is `gateway`.',
  ),
  TESSERA_NODE_LOST_MS: variable(
    milliseconds.default(60_000),
    'How long a node may be lost (not ready, or gone) before its replicas are ended without it and replaced elsewhere, ms.',
  ),
  TESSERA_NODE_POOL_LABEL: variable(text.default('run.ai/node-pool'), 'Node label that names the node pool.'),
  TESSERA_NODE_TYPE_LABEL: variable(text.default('run.ai/type'), 'Node label that names the node type.'),
  TESSERA_PLACEMENT_POLICY: variable(placementPolicy.default('fgd'), 'Placement policy of the scheduler.'),
  TESSERA_POOL_POLICIES: variable(
    poolPolicies,
    'Placement policies of single node pools, `<pool>=<policy>`, separated by commas.',
  ),

  TESSERA_METRICS_PORT: variable(port.default(8082), 'Port of the metrics service, for the API.'),
  TESSERA_METRICS_ADMIN_PORT: variable(
    port.default(8086),
    'Port of its own for health and `/metrics` of the metrics service.',
  ),
  TESSERA_JWKS_URL: variable(
    url.default('http://127.0.0.1:8080/.well-known/jwks.json'),
    'Keys that verify access tokens, for metrics and scheduler.',
  ),
  TESSERA_SCRAPE_TARGETS: variable(
    list.default([]),
    'Exporter URLs that the metrics service scrapes when there is no Prometheus.',
  ),
  TESSERA_SCRAPE_INTERVAL_MS: variable(
    milliseconds.min(100).default(2_000),
    'Pause between two scrapes, ms; with Prometheus, its scrape interval. Rates look back over four of them.',
  ),
  TESSERA_METRICS_RETENTION_MS: variable(
    milliseconds.default(6 * 3600_000),
    'How long scraped samples are kept, ms.',
  ),

  TESSERA_GATEWAY_PORT: variable(port.default(8081), 'Port of the gateway.'),
  TESSERA_GATEWAY_HOLD_MS: variable(
    milliseconds.default(60_000),
    'Longest time a request waits for a replica, ms.',
  ),
  TESSERA_GATEWAY_ADMIN_PORT: variable(
    port.default(8085),
    'Port of its own for health and `/metrics` of the gateway, which name workloads of everybody: not for its callers.',
  ),
  TESSERA_GATEWAY_HOLD_LIMIT: variable(
    count.min(1).default(1_000),
    'Most requests of one workload that wait for a replica at the same time; more are 503 at once.',
  ),
  TESSERA_GATEWAY_HOLD_TOTAL: variable(
    count.min(1).default(2_000),
    'Most requests of all workloads together that wait for a replica at the same time.',
  ),
  TESSERA_GATEWAY_CONNECTIONS: variable(
    count.min(1).default(4_000),
    'Most connections of callers to one gateway process at the same time; more are closed at once. A busy one takes 0.1 MiB at most, so that with this number it stays within 512 MiB.',
  ),
  TESSERA_GATEWAY_HEAD_MS: variable(
    milliseconds.min(100).default(15_000),
    'Longest time for the head of a request to arrive at the gateway, ms.',
  ),
  TESSERA_GATEWAY_IDLE_MS: variable(
    milliseconds.min(1_000).default(600_000),
    'How long a caller may neither send what it announced nor take its answer, and how long a websocket may be silent in both directions, ms; then the gateway closes the connection.',
  ),
  TESSERA_GATEWAY_SIMULATED_PODS: variable(
    flag.default(false),
    'Only in front of simulated kubelets: pods are reached at the loopback address that an annotation of theirs tells. Anywhere else this would let whoever may make a pod send traffic into the gateway itself.',
  ),
  TESSERA_GATEWAY_NAMESPACES: variable(
    namespaceNames,
    'The only namespaces whose pods the gateway reads, comma list; it needs no rights in others then. Empty: those of the whole cluster.',
  ),

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
    'Bearer token of the simulated API; made up when absent.',
    true,
  ),
  TESSERA_SIMULATOR_CERTIFICATE: variable(
    text.optional(),
    'File in which the simulated API keeps its certificate, so that it is trusted after a restart.',
  ),
  TESSERA_SIMULATOR_NODES: variable(
    z.coerce.number().int().min(1).max(20_000).optional(),
    'Simulated nodes of eight A100 each in the pool `default`, in place of the sample nodes: for trials of size.',
  ),
  TESSERA_SIMULATOR_PULL_MS: variable(milliseconds.default(400), 'Time a simulated image pull takes, ms.'),
  TESSERA_SIMULATOR_START_MS: variable(
    milliseconds.default(300),
    'Time a simulated container takes to start, ms.',
  ),
  TESSERA_SIMULATOR_MIG_MS: variable(
    milliseconds.default(2_000),
    'Time the simulated mig-manager takes to cut the GPUs of a node anew, ms.',
  ),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
export type VariableValue<N extends VariableName> = z.infer<(typeof VARIABLES)[N]['schema']>;
