import { GPU_RESOURCE, HOLDER_LABELS, LABELS } from '@tessera/contracts-kubernetes';
import type { NodeWire, PodWire } from './wire';

const POD_LABELS = [LABELS.workloadId, LABELS.managedBy, HOLDER_LABELS.component, HOLDER_LABELS.slot];

/**
 * What is kept of a pod once it was read: who it is, so that its end is understood. Everything else is in the words of the
 * application by then, and tens of thousands of pods are kept.
 */
export function rememberedPod({ metadata, spec }: PodWire): PodWire {
  const { name, namespace, uid, resourceVersion, creationTimestamp, labels = {} } = metadata;
  const kept = Object.fromEntries(
    POD_LABELS.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])),
  );
  return {
    metadata: {
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      ...(namespace === undefined ? {} : { namespace: shared(namespace) }),
      ...(Object.keys(kept).length === 0 ? {} : { labels: kept }),
    },
    spec: { containers: [], ...(spec.nodeName === undefined ? {} : { nodeName: shared(spec.nodeName) }) },
  };
}

/** What is kept of a pod that is not ours: also what it uses. */
export function rememberedForeign(pod: PodWire): PodWire {
  const { metadata, spec } = rememberedPod(pod);
  const containers = pod.spec.containers.map(({ name, resources }) => ({
    name,
    ...(resources === undefined ? {} : { resources }),
  }));
  return { metadata, spec: { ...spec, containers } };
}

/** What is kept of a node: all that is read of it, and not its images, addresses and managed fields. */
export function rememberedNode({ metadata, spec, status }: NodeWire): NodeWire {
  const { name, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, annotations } = metadata;
  return {
    metadata: {
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined
      ? {}
      : {
          status: {
            ...(status.allocatable === undefined ? {} : { allocatable: status.allocatable }),
            ...(status.capacity?.[GPU_RESOURCE] === undefined
              ? {}
              : { capacity: { [GPU_RESOURCE]: status.capacity[GPU_RESOURCE] } }),
            ...(status.conditions === undefined ? {} : { conditions: status.conditions }),
          },
        }),
  };
}

const texts = new Map<string, string>();
/** Texts that many objects have in common are kept once; so many at most. */
const MOST = 50_000;

/** The same text, as one string for all who have it. */
export function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST) texts.clear();
  texts.set(text, text);
  return text;
}
