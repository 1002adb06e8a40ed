import {
  ANNOTATIONS,
  GPU_RESOURCE,
  MigChangeAnnotation,
  MIG_RESOURCE_PREFIX,
} from '@tessera/contracts-kubernetes';
import type { MigNode } from '@tessera/application-reconciliation';
import type { NodePatch, Repartition } from '@tessera/domain-mig';
import { maybe } from '@tessera/kernel';
import { deviceModel } from '../view/nodes/node-devices';
import { podRequests } from '../api/pod-requests';
import type { NodeWire, PodWire } from '../api/wire';

/** State of the node's geometry change; an unreadable annotation counts as none. */
export function migChangeOf({ metadata }: NodeWire): Repartition | undefined {
  const text = metadata.annotations?.[ANNOTATIONS.migChange];
  if (text === undefined) return undefined;
  const parsed = MigChangeAnnotation.safeParse(json(text));
  if (!parsed.success) return undefined;
  const { version: _version, startedAt, since, from, ...change } = parsed.data;
  return {
    ...change,
    ...maybe('from', from),
    startedAt: Date.parse(startedAt),
    since: Date.parse(since),
  };
}

/** True if a change is requested or in progress; false once it ended as requested. */
export function hasMigWork(node: NodeWire): boolean {
  const { annotations = {} } = node.metadata;
  if (annotations[ANNOTATIONS.migConfig] === undefined && annotations[ANNOTATIONS.migChange] === undefined)
    return false;
  const change = migChangeOf(node);
  const ended = change?.phase === 'Succeeded' || change?.phase === 'Failed';
  return !ended || change.config !== annotations[ANNOTATIONS.migConfig];
}

/** Converts a node to the model of geometry changes. `foreign` are pods of others on it. */
export function toMigNode(
  node: NodeWire,
  pods: Pick<MigNode, 'replicas' | 'reservationPods'> & { readonly foreign: readonly PodWire[] },
): MigNode {
  const { metadata, spec, status } = node;
  const asked = metadata.annotations?.[ANNOTATIONS.migConfig];
  const change = migChangeOf(node);
  const device = deviceModel(node);
  return {
    name: metadata.name,
    uid: metadata.uid,
    version: metadata.resourceVersion,
    replicas: pods.replicas,
    reservationPods: pods.reservationPods,
    observed: {
      labels: metadata.labels ?? {},
      cordoned: spec?.unschedulable === true,
      offered: instancesOffered(status?.allocatable ?? {}),
      foreign: pods.foreign.flatMap(usingDevices),
      ...(device === undefined ? {} : { device: { model: device.model, memoryMiB: device.memoryMiB } }),
      ...maybe('asked', asked),
      ...maybe('change', change),
    },
  };
}

function instancesOffered(allocatable: Readonly<Record<string, string>>): Record<string, number> {
  const named = Object.entries(allocatable).filter(([name]) => name.startsWith(MIG_RESOURCE_PREFIX));
  return Object.fromEntries(
    named.map(([name, count]) => [name.slice(MIG_RESOURCE_PREFIX.length), Number(count)]),
  );
}

/** `namespace/name` with the GPUs of the pod; empty if it has none. */
function usingDevices(pod: PodWire): readonly string[] {
  const had = [...podRequests(pod.spec)]
    .filter(([name, { numerator }]) => isDevice(name) && numerator > 0n)
    .map(([name]) => name);
  const { namespace = 'default', name } = pod.metadata;
  return had.length === 0 ? [] : [`${namespace}/${name} (${had.sort().join(', ')})`];
}

const isDevice = (resource: string): boolean =>
  resource === GPU_RESOURCE || resource.startsWith(MIG_RESOURCE_PREFIX);

/** The merge patch of one step; it applies only to the version that was read. */
export const nodePatch = (version: string, { cordoned, labels, change }: NodePatch): object => ({
  metadata: {
    resourceVersion: version,
    labels,
    annotations: { [ANNOTATIONS.migChange]: change === null ? null : JSON.stringify(toAnnotation(change)) },
  },
  ...(cordoned === undefined ? {} : { spec: { unschedulable: cordoned ? true : null } }),
});

const toAnnotation = ({ startedAt, since, ...change }: Repartition): MigChangeAnnotation => ({
  version: 1,
  ...change,
  startedAt: new Date(startedAt).toISOString(),
  since: new Date(since).toISOString(),
  deploy: { ...change.deploy },
});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
