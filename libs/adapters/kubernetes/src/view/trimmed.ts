import { interned, maybe } from '@tessera/kernel';
import { ANNOTATIONS, GPU_RESOURCE, RESERVATION_LABELS, LABELS } from '@tessera/contracts-kubernetes';
import type { NodeWire, PodWire } from '../api/wire';

const NO_CONTAINERS: PodWire['spec']['containers'] = [];
const POD_LABELS = [
  LABELS.workloadId,
  LABELS.managedBy,
  RESERVATION_LABELS.component,
  RESERVATION_LABELS.slot,
];

/**
 * The trimmed form of a replica's pod in the cache: its identity, so that its deletion can be matched. Everything else
 * has been converted to the application's model by then, and the cache holds tens of thousands of pods.
 */
export function trimmedPod({ metadata, spec }: PodWire): PodWire {
  const { name, namespace, uid, resourceVersion, creationTimestamp, labels = {} } = metadata;
  const kept = Object.fromEntries(
    POD_LABELS.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])),
  );
  return {
    metadata: {
      name,
      uid,
      resourceVersion,
      creationTimestamp: interned(creationTimestamp),
      ...(namespace === undefined ? {} : { namespace: interned(namespace) }),
      ...(Object.keys(kept).length === 0 ? {} : { labels: kept }),
    },
    spec: {
      containers: NO_CONTAINERS,
      ...(spec.nodeName === undefined ? {} : { nodeName: interned(spec.nodeName) }),
    },
  };
}

/** The trimmed form of a foreign pod: also its resource usage. */
export function trimmedForeignPod(pod: PodWire): PodWire {
  const { metadata, spec } = trimmedPod(pod);
  const { containers, initContainers, resources, overhead } = pod.spec;
  return {
    metadata,
    spec: {
      ...spec,
      containers: containers.map((one) => ({ name: one.name, ...maybe('resources', one.resources) })),
      ...(initContainers === undefined || initContainers.length === 0
        ? {}
        : {
            initContainers: initContainers.map((one) => ({
              name: one.name,
              ...maybe('restartPolicy', one.restartPolicy),
              ...maybe('resources', one.resources),
            })),
          }),
      ...maybe('resources', resources),
      ...maybe('overhead', overhead),
    },
  };
}

/** The trimmed form of a node: everything that is read, without images, addresses and managed fields. */
export function trimmedNode({ metadata, spec, status }: NodeWire): NodeWire {
  const { name, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, annotations } = metadata;
  return {
    metadata: {
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      ...maybe('deletionTimestamp', deletionTimestamp),
      ...(labels === undefined ? {} : { labels: withInterned(labels) }),
      ...(annotations === undefined ? {} : { annotations: withInterned(withoutUuids(annotations)) }),
    },
    ...maybe('spec', spec),
    ...(status === undefined
      ? {}
      : {
          status: {
            conditions: (status.conditions ?? []).map(trimmedCondition),
            ...maybe('allocatable', status.allocatable),
            ...(status.capacity?.[GPU_RESOURCE] === undefined
              ? {}
              : { capacity: { [GPU_RESOURCE]: status.capacity[GPU_RESOURCE] } }),
          },
        }),
  };
}

type Texts = Readonly<Record<string, string>>;

/** Interned, because thousands of nodes share a few variants. */
const withInterned = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, interned(text)]));

/** Devices are identified by their index on the node; without UUIDs the value is equal for all nodes of a kind. */
function withoutUuids(annotations: Texts): Texts {
  const gpus = annotations[ANNOTATIONS.gpus];
  return gpus === undefined
    ? annotations
    : { ...annotations, [ANNOTATIONS.gpus]: gpus.replaceAll(/"uuid":"[^"]*"/g, '"uuid":""') };
}

type Condition = NonNullable<NonNullable<NodeWire['status']>['conditions']>[number];

/** Without the time of the last heartbeat, the value is equal for thousands of nodes. */
const trimmedCondition = ({ type, status, reason, message, lastTransitionTime }: Condition): Condition => ({
  type: interned(type),
  status: interned(status),
  ...(reason === undefined ? {} : { reason: interned(reason) }),
  ...(message === undefined ? {} : { message: interned(message) }),
  ...(lastTransitionTime === undefined ? {} : { lastTransitionTime: interned(lastTransitionTime) }),
});
