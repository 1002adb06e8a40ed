import { z } from 'zod';
import { encryptionKeys } from './identity-values';
import { count, flag, list, milliseconds, port, url, variable } from './variable';

const namespaceNames = list.default([]).superRefine((names, context) => {
  for (const name of names)
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
      context.addIssue(`"${name}" is not the name of a namespace`);
});

const urls = list.default([]).superRefine((addresses, context) => {
  for (const address of addresses)
    if (!url.safeParse(address).success) context.addIssue(`"${address}" is not a URL`);
});

/** Before it stand a label of 63 characters and a dot; a host has at most 253. */
const DOMAIN = /^(?=.{1,189}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Settings of the gateway, in the table of all settings. */
export const GATEWAY_VARIABLES = {
  TESSERA_GATEWAY_PORT: variable(port.default(8081), 'Port of the gateway.'),
  TESSERA_GATEWAY_HOLD_MS: variable(
    milliseconds.default(60_000),
    'Maximum time a request waits for a replica, ms. Longer than replicas take to start, so that requests to a sleeping workload are answered.',
  ),
  TESSERA_GATEWAY_ADMIN_PORT: variable(
    port.default(8085),
    'Separate port for health checks and `/metrics` of the gateway. The metrics name the workloads of all projects, so do not expose it to clients.',
  ),
  TESSERA_GATEWAY_LOCAL_PORT: variable(
    port.optional(),
    'Port of a second listener of the gateway, for callers inside the cluster. Workloads with `clusterLocalAccessOnly` are served on it alone; do not expose it. If unset, they are not served at all.',
  ),
  TESSERA_GATEWAY_TLS_CERT_FILE: variable(
    z.string().optional(),
    'File with the certificate of the gateway and those between it and its root, PEM. It and the key are read again when they change; files that hold none are logged, and the last certificate stays in use. If unset, the listener has no TLS. The listener inside the cluster never has.',
  ),
  TESSERA_GATEWAY_TLS_KEY_FILE: variable(
    z.string().optional(),
    'File with the key of that certificate, PEM.',
  ),
  TESSERA_GATEWAY_DOMAIN: variable(
    z.string().regex(DOMAIN, 'must be a host name in lower case of at most 189 characters').optional(),
    'Domain below which every workload has a host of its own, `<name>-<project>-<hash>.<domain>`, with a wildcard DNS record that points at the gateway. Browsers then treat workloads as separate sites. If unset, workloads are served as `/<project>/<name>/` of one host, for local use.',
  ),
  TESSERA_GATEWAY_CORS_ORIGINS: variable(
    list.default([]).superRefine((origins, context) => {
      for (const origin of origins)
        if (!URL.canParse(origin) || new URL(origin).origin !== origin)
          context.addIssue(`"${origin}" is not an origin such as https://console.example`);
    }),
    'Comma list of origins whose pages may call workloads through the gateway (CORS). The gateway answers their preflights itself.',
  ),
  TESSERA_GATEWAY_TOKEN_PROJECTS: variable(
    list.default([]),
    'Comma list of projects, `*` for all, whose workloads receive the tokens of their callers if they request them (`spec.servingPort.tessera.forwardToken`). The owner of such a workload can act as its callers. Serving keys are never passed on.',
  ),
  TESSERA_GATEWAY_HOLD_LIMIT: variable(
    count.min(1).default(1_000),
    'Maximum requests of one workload that wait for a replica at the same time. In a full queue a request of the caller with the most requests is dropped; a request that does not fit is answered with 429, or with 503 if no replica is ready.',
  ),
  TESSERA_GATEWAY_HOLD_TOTAL: variable(
    count.min(1).default(2_000),
    'Maximum requests of all workloads together that wait for a replica at the same time.',
  ),
  TESSERA_GATEWAY_REQUEST_MS: variable(
    milliseconds.min(100).optional(),
    'Maximum time of a request, its wait for a replica included, ms, for workloads without `servingConfiguration.requestTimeoutSeconds`. If unset, a request may take as long as it progresses.',
  ),
  TESSERA_GATEWAY_REQUESTS: variable(
    count.min(1).default(4_000),
    'Maximum open requests per gateway process, waiting or at a replica; further ones are answered with 429. One caller alone may have four fifths of them.',
  ),
  TESSERA_GATEWAY_FIRST_BYTE_MS: variable(
    milliseconds.min(100).default(600_000),
    'Maximum time until a replica begins its response, ms; then the gateway answers with 504.',
  ),
  TESSERA_GATEWAY_STREAM_IDLE_MS: variable(
    milliseconds.min(100).default(600_000),
    'Maximum silence of a replica within its response, ms; then the gateway ends the response.',
  ),
  TESSERA_GATEWAY_BODY_BYTES: variable(
    count.min(1).optional(),
    'Largest body of a request, bytes; a larger one is answered with 413. If unset, bodies have any size: they are streamed, not stored.',
  ),
  TESSERA_GATEWAY_LEAST_BYTES: variable(
    count.default(100),
    'Minimum bytes in 10 s that a client sends of its body, or reads of its response, while the gateway waits for it; the gateway closes the connection, or the HTTP/2 stream, of a slower client. gRPC calls have no such limit. 0 disables it.',
  ),
  TESSERA_GATEWAY_QUIET_PATHS: variable(
    list.default(['/health', '/healthz', '/livez', '/readyz', '/metrics']),
    'Comma list of paths below the serving URL of a workload that neither wake it nor keep it awake, such as probes of health and metrics. Without a ready replica they are answered with 503.',
  ),
  TESSERA_GATEWAY_SESSION_HEADER: variable(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be the name of a header in lower case')
      .default('x-session-id'),
    'Request header that names a session: requests with the same value go to the same replica while it is ready and has a place.',
  ),
  TESSERA_GATEWAY_CONNECTIONS: variable(
    count.min(1).default(4_000),
    'Maximum concurrent client connections per gateway process; further ones are closed at once. A connection takes 32 KiB beside its open requests.',
  ),
  TESSERA_GATEWAY_HEAD_MS: variable(
    milliseconds.min(100).default(15_000),
    'Maximum time for the headers of a request to arrive at the gateway, ms.',
  ),
  TESSERA_GATEWAY_IDLE_MS: variable(
    milliseconds.min(1_000).default(600_000),
    'How long a client may stop sending its request or reading its response, and how long a websocket may be silent in both directions, ms. After that the gateway closes the connection.',
  ),
  TESSERA_GATEWAY_USAGE_MS: variable(
    milliseconds.min(1_000).default(60_000),
    'How often a gateway reports requests and tokens to the schedulers, ms. A gateway that is killed loses at most what it has served since.',
  ),
  TESSERA_GATEWAY_SIMULATED_PODS: variable(
    flag.default(false),
    'Only for simulated kubelets: the gateway reaches pods at the loopback address in their annotation. Never set it elsewhere: anyone who may create a pod could then direct traffic into the gateway itself.',
  ),
  TESSERA_GATEWAY_NAMESPACES: variable(
    namespaceNames,
    'Comma list of the only namespaces whose pods the gateway reads; it then needs no permissions in others. If empty, it reads the pods of the whole cluster.',
  ),
  TESSERA_GATEWAY_SCHEDULER_URLS: variable(
    urls,
    'Comma list of scheduler URLs to which the gateway reports its load and which it asks to start a replica for a waiting request. A host name stands for all its addresses. If empty, workloads without replicas stay asleep.',
  ),
  TESSERA_GATEWAY_API_URLS: variable(
    urls,
    'Comma list of URLs of the API from which the gateway receives serving keys, revocations and everything else that only the API knows; one is asked at a time. If empty, no serving key is accepted, and tokens of deleted subjects and replaced secrets are accepted until they expire.',
  ),
  TESSERA_GATEWAY_REPORT_KEYS: variable(
    encryptionKeys,
    'Comma list of keys that sign the messages of gateways to the schedulers of their cluster and their requests to the API (HMAC-SHA256), each 32 bytes in base64 or hexadecimal. Gateways sign with the first key; scheduler and API accept all, and without a key they reject every message. The API needs the keys of all clusters.',
    true,
  ),
  TESSERA_SOAK_MS: variable(
    milliseconds.min(10_000).default(120_000),
    'Tests: duration of mixed load on the gateway in `npm run test:soak`.',
  ),
};
