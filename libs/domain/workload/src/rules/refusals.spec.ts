import type { InferenceSpec } from '../spec';
import { specViolations } from './spec-violations';

const MISSING = 'Required parameter is missing';
type Refused = readonly [what: string, spec: InferenceSpec, ...violations: string[]];
type Storage = NonNullable<InferenceSpec['storage']>;
const storage = (fields: Storage): InferenceSpec => ({ storage: fields });
const variable = (fields: object): InferenceSpec => ({ environmentVariables: [{ name: 'A', ...fields }] });
const toleration = (fields: object): InferenceSpec => ({
  tolerations: [{ operator: 'Equal', key: 'k', effect: 'NoSchedule', ...fields }],
});
const affinity = (fields: object): InferenceSpec => ({
  nodeAffinityRequired: { nodeSelectorTerms: [{ matchExpressions: [fields as never] }] },
});
const probe = (fields: object): InferenceSpec => ({ probes: { readiness: fields } });

const E = 'spec.environmentVariables[0]';
const CONTAINER: readonly Refused[] = [
  [
    'devices of its own choice',
    variable({ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }),
    `${E}.name: NVIDIA_VISIBLE_DEVICES cannot be set: a workload gets only the devices allocated to it; request them in spec.compute`,
  ],
  ['no image', { image: null }, `spec.image: ${MISSING}`],
  ['a probe without a handler', probe({}), `spec.probes.readiness.handler: ${MISSING}`],
  ['a probe without a request', probe({ handler: {} }), `spec.probes.readiness.handler.httpGet: ${MISSING}`],
  [
    'a probe without any port',
    probe({ handler: { httpGet: {} } }),
    `spec.probes.readiness.handler.httpGet.port: ${MISSING}: there is no serving port to take instead`,
  ],
  [
    'a probe of no host',
    probe({ handler: { httpGet: { port: 80, host: 'a b' } } }),
    'spec.probes.readiness.handler.httpGet.host: "a b" is not a host name',
  ],
  ['a variable without a name', variable({ name: null, value: 'x' }), `${E}.name: ${MISSING}`],
  [
    'a variable named a=b',
    variable({ name: 'a=b' }),
    `${E}.name: "a=b" is not the name of an environment variable`,
  ],
  ['half a secret', variable({ secret: { name: 's' } }), `${E}.secret.key: ${MISSING}`],
  ['half a config map', variable({ configMap: { key: 'k' } }), `${E}.configMap.name: ${MISSING}`],
  [
    'a secret with an invalid name, and no value',
    variable({ secret: { name: 'bad_name', key: 'k' } }),
    `${E}.secret.name: "bad_name" is not a valid name of a Kubernetes object`,
  ],
  [
    'a key that no secret has',
    variable({ secret: { name: 's', key: 'a b' } }),
    `${E}.secret.key: "a b" is not a key of a Secret or ConfigMap`,
  ],
  ['a pod field without a path', variable({ podFieldRef: {} }), `${E}.podFieldRef.path: ${MISSING}`],
  [
    'an unknown pod field',
    variable({ podFieldRef: { path: 'spec.containers' } }),
    `${E}.podFieldRef.path: "spec.containers" is not a field that a variable can take from its pod`,
  ],
  [
    'a value and a later source',
    variable({ value: 'x', podFieldRef: { path: 'metadata.name' } }),
    `${E}: only one source is possible, not value and podFieldRef`,
  ],
  [
    'two later sources',
    variable({ configMap: { name: 'c', key: 'k' }, userCredential: { name: 'u', key: 'k' } }),
    `${E}: only one source is possible, not configMap and userCredential`,
  ],
  ['an annotation without a name', { annotations: [{ value: 'v' }] }, `spec.annotations[0].name: ${MISSING}`],
  [
    'a label of 64 characters',
    { labels: [{ name: 'a'.repeat(64) }] },
    `spec.labels[0].name: "${'a'.repeat(64)}" is not a valid key in Kubernetes`,
  ],
  [
    'a label value with a space',
    { labels: [{ name: 'a', value: 'b c' }] },
    'spec.labels[0].value: "b c" is not a valid value in Kubernetes',
  ],
  [
    'more annotations than an object can have',
    { annotations: [{ name: 'a', value: 'x'.repeat(256 * 1024) }] },
    'spec.annotations: 262145 bytes of UTF-8 are too many for the annotations of one object; the limit is 229376',
  ],
];

const T = 'spec.tolerations[0]';
const N = 'spec.nodeAffinityRequired.nodeSelectorTerms[0].matchExpressions[0]';
const PLACEMENT: readonly Refused[] = [
  ['half a pod affinity', { podAffinity: { type: 'Required' } }, `spec.podAffinity.key: ${MISSING}`],
  ['the other half', { podAffinity: { key: 'zone' } }, `spec.podAffinity.type: ${MISSING}`],
  [
    'a toleration without anything',
    { tolerations: [{}] },
    ...['operator', 'key', 'effect'].map((field) => `${T}.${field}: ${MISSING}`),
  ],
  [
    'a value for Exists',
    toleration({ operator: 'Exists', value: 'v' }),
    `${T}.value: must be empty when the operator is Exists`,
  ],
  ['a taint key with a space', toleration({ key: 'a b' }), `${T}.key: "a b" is not the key of a taint`],
  [
    'a taint value with a space',
    toleration({ value: 'a b' }),
    `${T}.value: "a b" is not the value of a taint`,
  ],
  [
    'In without values',
    affinity({ key: 'k', operator: 'In' }),
    `${N}.values: must not be empty with the operator In`,
  ],
  [
    'Exists with values',
    affinity({ key: 'k', operator: 'Exists', values: ['v'] }),
    `${N}.values: must be empty with the operator Exists`,
  ],
  [
    'Gt with a word',
    affinity({ key: 'k', operator: 'Gt', values: ['v'] }),
    `${N}.values: must be one whole number with the operator Gt`,
  ],
  [
    'an unknown priority',
    { priorityClass: 'urgent' },
    "spec.priorityClass: priority 'urgent' is not available in this cluster",
  ],
];

const NETWORK: readonly Refused[] = [
  [
    'a serving port without a number',
    { servingPort: { protocol: 'http' } },
    `spec.servingPort.container: ${MISSING}`,
  ],
  [
    'neither users nor groups where one is needed',
    { servingPort: { container: 80, authorizationType: 'authorizedUsersOrGroups' } },
    'spec.servingPort.authorizationType: authorizedUsersOrGroups needs either authorizedUsers or authorizedGroups',
  ],
  [
    'users and groups where one is needed',
    {
      servingPort: {
        container: 80,
        authorizationType: 'authorizedUsersOrGroups',
        authorizedUsers: ['u'],
        authorizedGroups: ['g'],
      },
    },
    'spec.servingPort.authorizationType: authorizedUsersOrGroups needs either authorizedUsers or authorizedGroups',
  ],
  [
    'no users where they are needed',
    { servingPort: { container: 80, authorizationType: 'authorizedUsers' } },
    `spec.servingPort.authorizedUsers: ${MISSING}`,
  ],
  [
    'a port without anything',
    { ports: [{}] },
    `spec.ports[0].container: ${MISSING}`,
    `spec.ports[0].serviceType: ${MISSING}`,
  ],
  [
    'a node port out of range',
    { ports: [{ container: 80, serviceType: 'NodePort', external: 80 }] },
    'spec.ports[0].external: must be between 30000 and 32767, not 80',
  ],
  [
    'a service port out of range',
    { ports: [{ container: 80, serviceType: 'ClusterIP', external: 0 }] },
    'spec.ports[0].external: must be between 1 and 65535, not 0',
  ],
  [
    'a URL without a port',
    { exposedUrls: [{ url: 'https://x' }] },
    `spec.exposedUrls[0].container: ${MISSING}`,
  ],
  [
    'a host with a part that DNS does not hold',
    { exposedUrls: [{ container: 80, url: `https://${'a'.repeat(64)}.example/chat` }] },
    'spec.exposedUrls[0].url: a host has at most 253 characters, and 63 between two dots; this one has 72 and 64',
  ],
  [
    'a host that DNS does not hold',
    { servingPort: { container: 80, exposedUrl: `https://${`${'a'.repeat(63)}.`.repeat(4)}` } },
    'spec.servingPort.exposedUrl: a host has at most 253 characters, and 63 between two dots; this one has 256 and 63',
  ],
  [
    'a URL to no port',
    { exposedUrls: [{ container: 70_000 }] },
    'spec.exposedUrls[0].container: must be between 1 and 65535, not 70000',
  ],
  [
    'a node port twice',
    {
      ports: [80, 81].map((container) => ({ container, serviceType: 'NodePort' as const, external: 30_080 })),
    },
    'spec.ports[1].external: the node port 30080 is already used by spec.ports[0].external',
  ],
  [
    'a URL twice, however it is written',
    {
      exposedUrls: [
        { container: 80, url: 'https://notes.example/' },
        { container: 81, url: 'HTTPS://Notes.example:443' },
      ],
    },
    'spec.exposedUrls[1].url: the URL https://notes.example is already used by spec.exposedUrls[0].url',
  ],
  [
    'a URL for the endpoint and for a tool',
    {
      exposedUrls: [{ container: 80, url: 'https://model.example' }],
      servingPort: { container: 80, exposedUrl: 'https://model.example' },
    },
    'spec.servingPort.exposedUrl: the URL https://model.example is already used by spec.exposedUrls[0].url',
  ],
  [
    'a related URL without anything',
    { relatedUrls: [{}] },
    `spec.relatedUrls[0].url: ${MISSING}`,
    `spec.relatedUrls[0].type: ${MISSING}`,
  ],
];

const S = 'spec.storage';
const STORAGE: readonly Refused[] = [
  [
    'a data volume without anything',
    storage({ dataVolume: [{}] }),
    `${S}.dataVolume[0].id: ${MISSING}`,
    `${S}.dataVolume[0].mountPath: ${MISSING}`,
  ],
  [
    'a claim without path and size',
    storage({ pvc: [{}] }),
    `${S}.pvc[0].path: ${MISSING}`,
    `${S}.pvc[0].claimInfo.size: ${MISSING}`,
  ],
  [
    'a claim of size 0',
    storage({ pvc: [{ path: '/d', claimInfo: { size: '0' } }] }),
    `${S}.pvc[0].claimInfo.size: must be more than 0, not "0"`,
  ],
  [
    'an existing claim with information on it',
    storage({ pvc: [{ path: '/d', existingPvc: true, claimName: 'c', claimInfo: { size: '1G' } }] }),
    `${S}.pvc[0].claimInfo: must not be given with an existing claim`,
  ],
  [
    'an existing claim without a name',
    storage({ pvc: [{ path: '/d', existingPvc: true }] }),
    `${S}.pvc[0].claimName: ${MISSING}`,
  ],
  ['git without a path', storage({ git: [{ repository: 'https://g' }] }), `${S}.git[0].path: ${MISSING}`],
  [
    'a config map volume without anything',
    storage({ configMapVolume: [{}] }),
    `${S}.configMapVolume[0].configMap: ${MISSING}`,
    `${S}.configMapVolume[0].mountPath: ${MISSING}`,
  ],
  [
    'a secret volume without a path',
    storage({ secretVolume: [{ secret: 's' }] }),
    `${S}.secretVolume[0].mountPath: ${MISSING}`,
  ],
  [
    'a secret with an invalid name',
    storage({ secretVolume: [{ secret: 'A_b', mountPath: '/s' }] }),
    `${S}.secretVolume[0].secret: "A_b" is not a valid name of a Kubernetes object`,
  ],
  [
    'nfs without anything',
    storage({ nfs: [{}] }),
    ...['path', 'server', 'mountPath'].map((field) => `${S}.nfs[0].${field}: ${MISSING}`),
  ],
  [
    'a host path that climbs',
    storage({ hostPath: [{ path: '/a/../b', mountPath: '/m' }] }),
    `${S}.hostPath[0].path: must not contain ".."`,
  ],
  [
    'an empty directory on tape',
    storage({ emptyDirVolume: [{ path: '/t', medium: 'Tape' }] }),
    `${S}.emptyDirVolume[0].medium: must be "Memory" or empty, not "Tape"`,
  ],
  [
    'an empty directory of size 0',
    storage({ emptyDirVolume: [{ path: '/t', sizeLimit: '0' }] }),
    `${S}.emptyDirVolume[0].sizeLimit: must be more than 0, not "0"`,
  ],
];

const SECURITY: readonly Refused[] = [
  [
    'an unsupported seccomp profile',
    { security: { seccompProfileType: 'Localhost' } },
    'spec.security.seccompProfileType: Localhost is not supported; use RuntimeDefault or Unconfined',
  ],
  ...(['custom', 'fromIdpToken'] as const).map((uidGidSource): Refused => [
    `ids below 0 that count (${uidGidSource})`,
    { security: { uidGidSource, runAsUid: -1, runAsGid: -1 } },
    'spec.security.runAsUid: must be between 0 and 2147483647, not -1',
    'spec.security.runAsGid: must be between 0 and 2147483647, not -1',
  ]),
  [
    'groups that are words',
    { security: { uidGidSource: 'custom', supplementalGroups: '2,x' } },
    'spec.security.supplementalGroups: must be a comma list of group ids such as "2,3,5"',
  ],
];

const violationsOf = (spec: InferenceSpec): readonly string[] =>
  specViolations({ image: 'python:3.8', ...spec }).map(({ field, message }) => `${field}: ${message}`);

describe.each([
  ['the container', CONTAINER],
  ['placement', PLACEMENT],
  ['the network', NETWORK],
  ['storage', STORAGE],
  ['security', SECURITY],
])('rules of %s', (_part, table) => {
  it.each(table.map(([what, spec, ...violations]) => ({ what, spec, violations })))(
    'refuse $what',
    ({ spec, violations }) => expect(violationsOf(spec)).toEqual(violations),
  );
});
