/** The part of the guide before the operations. */
export const INTRODUCTION = `
# Using the API

Every operation with one complete example. The examples were run in order against a fresh local platform (\`npm start
-- --reset\`); ids, times and secrets are replaced by simple values, and long lists are cut after two entries. The
machine-readable version of this page is \`GET /openapi.json\`; \`/docs\` shows it and sends requests: \`npm start\`
prints a link that authorises the page, elsewhere _Authorize_ takes a token.

## First steps

**Token.** Request a token with the credential of an application and send it with every request. It is valid for an
hour (\`TESSERA_TOKEN_TTL_SECONDS\`).

\`\`\`sh
API=http://127.0.0.1:8080
TOKEN=$(curl -s $API/api/v1/token -d '{"grantType":"app_token","AppId":"local","AppSecret":"…"}' \\
  | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
\`\`\`

**Errors** have the same form everywhere: \`{"code": 400, "message": "…", "details": "…"}\`. The error for a body with
several violations reports all of them (up to 100), each with its field path in \`details\`. 401 concerns the token,
403 your permissions: resources outside your scope return 403, whether or not they exist. 409 is a conflict, such as a
name in use; 503 means that nothing was done: send the same request again. (\`POST /api/v2/token\` returns OAuth
errors instead.)

**Sizes.** Every text, list and number of a request has a limit, which the OpenAPI document states: a workload has at
most 1000 replicas and 100 ports, for example. A body has at most 1 MiB (\`TESSERA_BODY_LIMIT_BYTES\`; more is 413)
and 20,000 fields and items together, 64 levels deep, and a spec at most 1000 fields that are not part of the API.
Send it without a \`Content-Encoding\`, which is 415. A response reports the first 100 violations.

**Ids** of projects and departments are strings in responses, strings or numbers in requests. Quantities and fields of
a spec are returned as they were sent. A field that this cluster cannot apply is ignored when pods are created, and an
event of the workload (\`FieldIgnored\`) names it with the reason.

**Reserved names.** Keys of annotations and labels on which programs act are 400, in requests and in the defaults of
policies, in upper case too: those below \`tessera.io\`, \`run.ai\`, \`nvidia.com\`, \`kubernetes.io\`, \`k8s.io\` and
their subdomains, and those of GPU schedulers and container runtimes (\`hami.io\`, \`volcano.sh\`, \`kai.scheduler\`,
\`nri.io\`, \`gpu-fraction\`, \`gpu-memory\`, \`runai-\`, \`io.kubernetes.\`, \`io.containerd.\`,
\`io.katacontainers.\`). Of Kubernetes' own, \`app.kubernetes.io/version\`, \`app.kubernetes.io/part-of\`,
\`app.kubernetes.io/created-by\` and \`kubernetes.io/description\` are allowed. Keys that an earlier version accepted
are left out of pods, and the condition \`FieldsApplied\` of the workload reports it. Variables, mounts and resources
that are rejected because they would expose devices are listed in [sharing GPUs](sharing-gpus.md).

**Sizes** count in bytes of UTF-8: 224 KiB for all annotations of a workload, and as much for other fields that become
annotations of one object (\`relatedUrls\`; \`servingPort\` with its lists; names of storage; each port and each
exposed URL). One variable with its name, and one argument, have at most 131,071 bytes after kubelet has expanded
variables (\`$(NAME)\`) in them, all of them together 1 MiB.

**Limits.** 429 comes with \`Retry-After\`. Logins back off: after five failures of a client id from one address each
further one doubles the wait, up to five minutes; an address may have 120 failures a minute, and a client that logged
in from an address before is not delayed there by others. A subject may have ten event streams and ten log streams
open at one instance. A log stream ends when its token expires or the permission to read it is revoked. Below
\`/api/v1/tessera\` a query parameter that the route does not know is 400. [Routes](../reference/routes.md) states the
largest cost of each route.

**Idempotency.** A POST with the header \`Idempotency-Key\` returns its first response again for 24 hours when it is
repeated with the same body; another body under the same key is 422.

**Lists** take \`limit\` and \`offset\` and return \`next\` while there are more entries. \`filterBy\` is a comma list
of \`<field><operator><value>\`, with the operators \`==\` \`!=\` \`<=\` \`>=\` \`=@\` (contains) \`!@\` \`=^\`
(begins) \`=$\` (ends); all conditions must hold.

A time without a zone is UTC. \`search\` finds text in names, ignoring case.

**Access.** An access rule grants a role to a subject in a scope (tenant, cluster, department, project) and applies to
everything below. \`subjectId\` is the id of an application or user created here, or its client id or email; emails
are compared without case. Subjects of further issuers (\`TESSERA_OIDC_ISSUERS\`) are identified by their \`email\`
where the token has \`email_verified: true\` (or the setting trusts the emails of that issuer), by \`sub\`, and by the
groups in their claim \`groups\` (\`subjectType: "group"\`). \`issuer\` in the rule names the issuer of the \`sub\` or
group; it may be left out for emails, for subjects created here, and while only one further issuer is trusted. A
\`sub\` of another issuer is never an application or user created here. Callers cannot grant permissions that they do
not have.

**Quota** is set in the parent scope: that of a department by callers that may update the departments of its cluster,
that of a project by callers that may update the projects of its department. All others must send \`resources\`
unchanged, or get 403.

**Replaced secrets.** A token becomes invalid within two seconds after the secret that it was issued for is replaced,
or its application or user is deleted.

**Keys.** The keys that sign tokens are stored in the database, encrypted with the first key of
\`TESSERA_KEY_ENCRYPTION_KEY\`; keys stored plain or under another key of the list are encrypted again at every start.
Without a key they are stored plain: then the gauge \`tessera_api_signing_keys_encrypted\` is 0, and the log has a
warning at every start. To replace the key, start every process with \`<old>,<new>\`, then with \`<new>,<old>\`, then
with \`<new>\`. A process without the key does not start, and names it (its id is the beginning of the SHA-256 of its
bytes). If the key is lost, run \`delete from api.signing_keys\` and restart: new keys are created, and every client
must request a new token.

\`main.js rotate-keys\` of the API creates a new key, which signs about a minute later; tokens signed by the old one
stay valid until they expire.

**A further cluster.** \`POST /api/v1/clusters\` returns its id, the topic of its commands, a node pool \`default\`,
and a credential with which programs of the cluster read its resources from the API. Start a scheduler there with
\`TESSERA_CLUSTER_ID\` set to the id; it may share the database with others. The API requests nodes, logs and
heartbeats from the address in \`TESSERA_CLUSTER_SCHEDULERS\`, and the cluster is \`Connected\` after the first
heartbeat. The scheduler creates the namespace of a new project; with \`TESSERA_PROJECT_NAMESPACES=adopt\` the
operator of the cluster does. Until it exists, workloads wait and report it. An existing namespace is used only where
its label \`tessera.io/project\` is the name of the project (and \`tessera.io/project-id\`, where it has one, the id):
the operator of the cluster labels it. \`default\`, \`kube-*\`, those of \`TESSERA_RESERVED_NAMESPACES\` and, for
every other project, those that begin with \`runai-\` are 400.

**Metrics** take several types in \`metricType\`, joined by commas, and a time range in ISO 8601. 207 means that some
of them could not be read. Distributions, such as \`NIM_TIME_TO_FIRST_TOKEN_SECONDS\`, are under \`histogram\`
([where measurements come from](measurement-sources.md#model-servers)). The examples query the last five minutes:

\`\`\`sh
START=$(date -u -d '-5 min' +%FT%TZ) END=$(date -u +%FT%TZ)
\`\`\`

**Requests to a model** go through the gateway: \`http://127.0.0.1:8081/<project>/<name>/…\`. Who may call is in
\`servingPort.authorizationType\` and its lists ([calling models](calling-models.md)). Tokens of the platform and serving keys (\`tsk-…\`) in headers do not reach the model; the model's
own keys do. The address that a client states counts only through a proxy of \`TESSERA_TRUSTED_PROXIES\`. Errors name
no pods and no causes; see the events of the workload.

**Scale to zero.** With \`"autoscaling": {"minReplicas": 0, "maxReplicas": 1}\` a workload without requests loses its
last replica (after \`scaleToZeroRetentionSeconds\`). Its clients need no change: the gateway holds the request, a
replica is started, and the response follows once it is ready. A request waits at most \`TESSERA_GATEWAY_HOLD_MS\` (60
s), then it fails with 503 and \`Retry-After\`; \`x-tessera-reason\` has the reason ([waking](waking.md)).
`;
