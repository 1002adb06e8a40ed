/** What comes before the operations. */
export const INTRODUCTION = `
# Using the API

Every operation with one complete example. The examples were run one after the other against a fresh local platform
(\`npm start -- --reset\`); ids, times and secrets are made plain, and long lists are cut after two entries. The machine's
version of this page is \`GET /openapi.json\`; a readable one is at \`/docs\`.

## First steps

**Token.** Ask for one with the credential of an application and send it with every request. It holds for an hour
(\`TESSERA_TOKEN_TTL_SECONDS\`).

\`\`\`sh
API=http://127.0.0.1:8080
TOKEN=$(curl -s $API/api/v1/token -d '{"grantType":"app_token","AppId":"local","AppSecret":"…"}' \\
  | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
\`\`\`

**Errors** have one form everywhere: \`{"code": 400, "message": "…", "details": "…"}\`. A body with several faults names
them all at once (up to 100), each with its field path in \`details\`. 401 is about the token, 403 about your rights: what you may not
see is 403 whether it exists or not. 409 says that a name is taken, 503 that nothing was done and the same request may be
sent again. (\`POST /api/v2/token\` answers with OAuth errors instead.)

**Sizes.** Every text, list and number of a request has a bound, which stands in the OpenAPI document: a workload has at
most 1000 replicas and 100 ports, for example. A body has at most 1 MiB (\`TESSERA_BODY_LIMIT_BYTES\`; more is 413) and
20,000 fields and items together, 64 levels deep, and a spec at most 1000 fields that are not part of the API. It comes as
it is: under a \`Content-Encoding\` it is 415. An answer tells the first 100 faults.

**Ids** of projects and departments are text in answers, text or number in requests. Quantities and fields of a spec come
back as they were sent. A field that this cluster cannot take is left out when pods are made, and an event of the workload
(\`FieldIgnored\`) says which and why.

**Names that are not yours.** Keys of annotations and labels on which programs act are 400, in requests and in the
defaults of policies, in upper case too: those below \`tessera.io\`, \`run.ai\`, \`nvidia.com\`, \`kubernetes.io\`, \`k8s.io\`
and their subdomains, and those of GPU schedulers and container runtimes (\`hami.io\`, \`volcano.sh\`, \`kai.scheduler\`,
\`nri.io\`, \`gpu-fraction\`, \`gpu-memory\`, \`runai-\`, \`io.kubernetes.\`, \`io.containerd.\`, \`io.katacontainers.\`). Of
Kubernetes' own, \`app.kubernetes.io/version\`, \`app.kubernetes.io/part-of\`, \`app.kubernetes.io/created-by\` and
\`kubernetes.io/description\` are free. What an earlier version accepted is left out of pods, and the condition
\`FieldsApplied\` of the workload says so. Which variables, mounts and resources are refused because they would open
devices stands in [sharing GPUs](sharing-gpus.md).

**Sizes** count in bytes of UTF-8: 224 KiB for all annotations of a workload, and as much for what else becomes annotations
of one object (\`relatedUrls\`; \`servingPort\` with its lists; names of storage; each port and each exposed URL). One variable
with its name, and one argument, have at most 131,070 bytes after kubelet has put variables (\`$(NAME)\`) into them, all of
them together 1 MiB.

**Limits.** 429 comes with \`Retry-After\`. Logins back off: after five failures of a client id from one address each further
one makes it wait twice as long, up to five minutes; an address has 120 failures a minute, and a client that logged in from
an address before is not held up there by others. A subject may have ten streams of events and ten logs open at one
instance. A log ends when its token or the right to see it does. Below \`/api/v1/tessera\` a query parameter that the route
does not know is 400. What each route costs at most stands in [routes](../reference/routes.md).

**Sending once.** A POST with the header \`Idempotency-Key\` gives its first answer again for 24 hours when the same body
comes again; another body under the same key is 422.

**Lists** take \`limit\` and \`offset\` and answer \`next\` while there is more. \`filterBy\` is a comma list of
\`<field><operator><value>\`, with the operators \`==\` \`!=\` \`<=\` \`>=\` \`=@\` (contains) \`!@\` \`=^\` (begins) \`=$\` (ends); all
must hold.

A time without a zone is UTC. \`search\` finds text in names, in whatever case.

**Who may what.** An access rule gives a role to a subject in a scope (tenant, cluster, department, project), and it holds
for everything below. \`subjectId\` is the id of an application or user made here, or its client id or email; emails are
compared without case. Tokens of further issuers (\`TESSERA_OIDC_ISSUERS\`) are known by their \`email\` where they say
\`email_verified: true\` (or the setting trusts the emails of that issuer), by \`sub\`, and by the groups in their claim
\`groups\` (\`subjectType: "group"\`). \`issuer\` in the rule says whose \`sub\` or group is meant; it may be left out for
emails, for subjects made here, and while only one further issuer is trusted. A \`sub\` of theirs is never an application
or user made here. Nobody gives a right that they do not have.

**Quota** is set from above: that of a department by who may update the departments of its cluster, that of a project by
who may update the projects of its department. Others send \`resources\` back as they are, or get 403.

**Replaced secrets.** A token stops working within two seconds once the secret that it was issued for is replaced, or its
application or user deleted.

**Keys.** The keys that sign tokens lie in the database, encrypted with the first key of \`TESSERA_KEY_ENCRYPTION_KEY\`; what
lies there plain or under another key of the list is encrypted anew at every start. Without a key they lie there plain: the
gauge \`tessera_api_signing_keys_encrypted\` is 0 then, and a line in the log says so at every start. To replace the key, start every process with
\`<old>,<new>\`, then with \`<new>,<old>\`, then with \`<new>\`. A process that lacks the key does not start, and says which one
it is (its id is the beginning of the SHA-256 of its bytes). Where it is lost, \`delete from api.signing_keys\` and a
start make new keys, and every token must be fetched anew.

\`main.js rotate-keys\` of the API makes a new key, which signs about a minute later; what the old one signed stays good
until it expires.

**A further cluster.** \`POST /api/v1/clusters\` gives its id, the topic of its commands, a node pool \`default\`, and a
credential with which programs of the cluster read what the API knows of it. Start a scheduler there with
\`TESSERA_CLUSTER_ID\` set to the id; it may share the database with others. The API asks the address in
\`TESSERA_CLUSTER_SCHEDULERS\` for nodes, logs and signs of life, and the cluster is \`Connected\` once one came. The
namespace of a new project is made by the scheduler, or, with \`TESSERA_PROJECT_NAMESPACES=adopt\`, by whoever runs the
cluster; until it is there, workloads wait and say so. A namespace that is there already is used only where its label
\`tessera.io/project\` is the name of the project (and \`tessera.io/project-id\`, where it has one, the id): whoever runs the
cluster labels it. \`default\`, \`kube-*\`, those of \`TESSERA_RESERVED_NAMESPACES\` and, for every other project, those that
begin with \`runai-\` are 400.

**Metrics** take several types in \`metricType\`, joined by commas, and a time range in ISO 8601. 207 says that some of them
could not be read. The examples ask for the last five minutes:

\`\`\`sh
START=$(date -u -d '-5 min' +%FT%TZ) END=$(date -u +%FT%TZ)
\`\`\`

**Requests to a model** go through the gateway: \`http://127.0.0.1:8081/<project>/<name>/…\`.
Everybody who reaches the gateway can call every model: nothing enforces \`authorizationType\`, \`clusterLocalAccessOnly\` and
authorised users and groups yet, and a workload that asks for them has the condition \`ServingAccessEnforced\` with the status
\`False\`. Tokens of the platform and serving keys (\`tsk-…\`) in headers do not reach the model; keys of its own do. What a
client says of its address counts where it comes through a proxy of \`TESSERA_TRUSTED_PROXIES\`. Errors name no pods and no
causes: the events of the workload have them.

**Scale to zero.** With \`"autoscaling": {"minReplicas": 0, "maxReplicas": 1}\` a workload without requests loses its last
replica (after \`scaleToZeroRetentionSeconds\`). Nothing changes for who asks it: the gateway keeps the request, a replica is
started, and the answer comes once it is ready. A request waits at most \`TESSERA_GATEWAY_HOLD_MS\`
(60 s), then it is refused with 503 and \`Retry-After\`.
`;
