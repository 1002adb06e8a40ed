import { ANNOTATIONS, GPU_RESOURCE, MigChange, MIG_RESOURCE_PREFIX } from '@tessera/contracts-kubernetes';
import type { MigNode } from '@tessera/application-reconciliation';
import type { NodePatch, Repartition } from '@tessera/domain-placement';
import { deviceModel } from './node-devices';
import { wholeDevices } from './usage';
import type { NodeWire, PodWire } from './wire';

/** Where a change of the node's geometry stands; what nobody can read counts as nothing. */
export function migChangeOf({ metadata }: NodeWire): Repartition | undefined {
  const text = metadata.annotations?.[ANNOTATIONS.migChange];
  if (text === undefined) return undefined;
  const parsed = MigChange.safeParse(json(text));
  if (!parsed.success) return undefined;
  const { version: _version, startedAt, since, from, ...change } = parsed.data;
  return {
    ...change,
    ...(from === undefined ? {} : { from }),
    startedAt: Date.parse(startedAt),
    since: Date.parse(since),
  };
}

/** True where a change is asked for or under way; one that has ended as it was asked for is over. */
export function hasMigWork(node: NodeWire): boolean {
  const { annotations = {} } = node.metadata;
  if (annotations[ANNOTATIONS.migConfig] === undefined && annotations[ANNOTATIONS.migChange] === undefined)
    return false;
  const change = migChangeOf(node);
  const ended = change?.phase === 'Succeeded' || change?.phase === 'Failed';
  return !ended || change.config !== annotations[ANNOTATIONS.migConfig];
}

/** The node in the words of a change of geometry. `foreign` are the pods on it that are not ours. */
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
    facts: {
      labels: metadata.labels ?? {},
      cordoned: spec?.unschedulable === true,
      offered: instancesOffered(status?.allocatable ?? {}),
      foreign: pods.foreign.flatMap(usingDevices),
      ...(device === undefined ? {} : { device: { model: device.model, memoryMiB: device.memoryMiB } }),
      ...(asked === undefined ? {} : { asked }),
      ...(change === undefined ? {} : { change }),
    },
  };
}

function instancesOffered(allocatable: Readonly<Record<string, string>>): Record<string, number> {
  const named = Object.entries(allocatable).filter(([name]) => name.startsWith(MIG_RESOURCE_PREFIX));
  return Object.fromEntries(
    named.map(([name, count]) => [name.slice(MIG_RESOURCE_PREFIX.length), Number(count)]),
  );
}

/** `namespace/name` with what the pod has of the GPUs; none where it has nothing. */
function usingDevices(pod: PodWire): readonly string[] {
  const names = new Set(
    pod.spec.containers.flatMap(({ resources }) =>
      Object.keys(resources?.limits ?? {}).filter(
        (name) => name === GPU_RESOURCE || name.startsWith(MIG_RESOURCE_PREFIX),
      ),
    ),
  );
  const had = [...names].filter((name) => wholeDevices(pod, name) > 0);
  const { namespace = 'default', name } = pod.metadata;
  return had.length === 0 ? [] : [`${namespace}/${name} (${had.sort().join(', ')})`];
}

/** The merge patch of one step: it holds for the version that was read and for no other. */
export const nodePatch = (version: string, { cordoned, labels, change }: NodePatch) => ({
  metadata: {
    resourceVersion: version,
    labels,
    annotations: { [ANNOTATIONS.migChange]: change === null ? null : JSON.stringify(toMigChange(change)) },
  },
  ...(cordoned === undefined ? {} : { spec: { unschedulable: cordoned ? true : null } }),
});

const toMigChange = ({ startedAt, since, ...change }: Repartition): MigChange => ({
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
