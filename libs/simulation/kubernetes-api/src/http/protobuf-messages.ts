/** How a field is written; `?` keeps the zero value, since the field is a pointer in Go. */
export type FieldType =
  | 'string'
  | 'bytes'
  | 'base64'
  | 'int'
  | 'int?'
  | 'bool'
  | 'bool?'
  | 'time'
  | 'int-or-string'
  | { readonly message: MessageType }
  | { readonly repeated: FieldType }
  | { readonly map: FieldType };

/** Fields by their number. Numbers are those of the `generated.proto` files of k8s.io/api and k8s.io/apimachinery. */
export type MessageType = Readonly<Record<number, readonly [name: string, type: FieldType]>>;

const STRINGS: FieldType = { repeated: 'string' };
const LABELS: FieldType = { map: 'string' };

const OWNER: MessageType = {
  1: ['kind', 'string'],
  3: ['name', 'string'],
  4: ['uid', 'string'],
  5: ['apiVersion', 'string'],
  6: ['controller', 'bool?'],
  7: ['blockOwnerDeletion', 'bool?'],
};

const METADATA: FieldType = {
  message: {
    1: ['name', 'string'],
    2: ['generateName', 'string'],
    3: ['namespace', 'string'],
    5: ['uid', 'string'],
    6: ['resourceVersion', 'string'],
    7: ['generation', 'int'],
    8: ['creationTimestamp', 'time'],
    9: ['deletionTimestamp', 'time'],
    10: ['deletionGracePeriodSeconds', 'int?'],
    11: ['labels', LABELS],
    12: ['annotations', LABELS],
    13: ['ownerReferences', { repeated: { message: OWNER } }],
    14: ['finalizers', STRINGS],
  },
};

const DELETE_OPTIONS: MessageType = {
  1: ['gracePeriodSeconds', 'int?'],
  2: ['preconditions', { message: { 1: ['uid', 'string'], 2: ['resourceVersion', 'string'] } }],
  3: ['orphanDependents', 'bool?'],
  4: ['propagationPolicy', 'string'],
  5: ['dryRun', STRINGS],
};

const REFERENCE: MessageType = {
  1: ['kind', 'string'],
  2: ['namespace', 'string'],
  3: ['name', 'string'],
  4: ['uid', 'string'],
  5: ['apiVersion', 'string'],
};

const SERVICE_PORT: MessageType = {
  1: ['name', 'string'],
  2: ['protocol', 'string'],
  3: ['port', 'int'],
  4: ['targetPort', 'int-or-string'],
  5: ['nodePort', 'int'],
};

const SERVICE_SPEC: MessageType = {
  1: ['ports', { repeated: { message: SERVICE_PORT } }],
  2: ['selector', LABELS],
  3: ['clusterIP', 'string'],
  4: ['type', 'string'],
  5: ['externalIPs', STRINGS],
  10: ['externalName', 'string'],
};

const BUDGET_SPEC: MessageType = {
  1: ['minAvailable', 'int-or-string'],
  2: ['selector', { message: { 1: ['matchLabels', LABELS] } }],
  3: ['maxUnavailable', 'int-or-string'],
};

/** Messages by kind: those that kubectl's own `create` commands and `drain` send. */
export const MESSAGES: Readonly<Record<string, MessageType>> = {
  Namespace: { 1: ['metadata', METADATA] },
  ConfigMap: {
    1: ['metadata', METADATA],
    2: ['data', LABELS],
    3: ['binaryData', { map: 'base64' }],
    4: ['immutable', 'bool?'],
  },
  Secret: {
    1: ['metadata', METADATA],
    2: ['data', { map: 'base64' }],
    3: ['type', 'string'],
    4: ['stringData', LABELS],
    5: ['immutable', 'bool?'],
  },
  ServiceAccount: { 1: ['metadata', METADATA], 4: ['automountServiceAccountToken', 'bool?'] },
  Service: { 1: ['metadata', METADATA], 2: ['spec', { message: SERVICE_SPEC }] },
  PriorityClass: {
    1: ['metadata', METADATA],
    2: ['value', 'int?'],
    3: ['globalDefault', 'bool'],
    4: ['description', 'string'],
    5: ['preemptionPolicy', 'string'],
  },
  PodDisruptionBudget: { 1: ['metadata', METADATA], 2: ['spec', { message: BUDGET_SPEC }] },
  Binding: { 1: ['metadata', METADATA], 2: ['target', { message: REFERENCE }] },
  Eviction: { 1: ['metadata', METADATA], 2: ['deleteOptions', { message: DELETE_OPTIONS }] },
  DeleteOptions: DELETE_OPTIONS,
};
