import type { ReplicaPod, ReservationPod } from '@tessera/application-reconciliation';
import type { WorkloadObjects } from '@tessera/contracts-rest';

type Found = WorkloadObjects['objects'][number];

/** An object by the path of its collection. */
export interface ObjectAt {
  readonly path: string;
  readonly object: { readonly metadata: { readonly name: string; readonly namespace?: string } };
}

/** What exists on the cluster for a workload. */
export interface Existing {
  readonly objects: readonly ObjectAt[];
  /** Names of the claims that it mounts. */
  readonly claims: readonly string[];
  readonly namespace: string;
  readonly pods: readonly ReplicaPod[];
  readonly reservationPods: readonly ReservationPod[];
}

const KINDS: Readonly<Record<string, readonly [kind: string, purpose: string]>> = {
  configmaps: ['ConfigMap', 'what its objects belong to: they are deleted with it'],
  services: ['Service', 'its address inside the cluster'],
  networkpolicies: ['NetworkPolicy', 'who may reach its ports'],
  persistentvolumeclaims: ['PersistentVolumeClaim', 'storage that it mounts'],
  ingresses: ['Ingress', 'its exposed URL'],
  httproutes: ['HTTPRoute', 'its exposed URL'],
};
const CLAIMS = 'persistentvolumeclaims';
const PATH = /^\/(?:api|apis)\/(.+)\/namespaces\/([^/]+)\/([^/]+)$/;

/** The objects of a workload for people: pods first, each object once. */
export function existingObjects(existing: Existing): WorkloadObjects {
  const { objects, claims, namespace, pods, reservationPods } = existing;
  const owned = objects.map(objectOf);
  const known = new Set(owned.filter(({ kind }) => kind === KINDS[CLAIMS]?.[0]).map(({ name }) => name));
  return {
    objects: [
      ...pods.map(({ name, namespace: at, ordinal, nodeName }) => ({
        ...podAt(at, name),
        purpose: `replica ${ordinal}${nodeName === undefined ? '' : ` on ${nodeName}`}`,
      })),
      ...reservationPods.map(({ name, namespace: at, node, slot }) => ({
        ...podAt(at, name),
        purpose: `holds device ${slot} of ${node} for those who share it`,
      })),
      ...owned,
      ...claims
        .filter((name) => !known.has(name))
        .map((name) =>
          objectOf({ path: `/api/v1/namespaces/${namespace}/${CLAIMS}`, object: { metadata: { name } } }),
        ),
    ],
  };
}

const podAt = (namespace: string, name: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace, name });

function objectOf({ path, object: { metadata } }: ObjectAt): Found {
  const [, apiVersion = '', namespace = '', plural = ''] = PATH.exec(path) ?? [];
  const [kind, purpose] = KINDS[plural] ?? [plural, ''];
  const isDevices = plural === 'configmaps' && !metadata.name.endsWith('-workload');
  return {
    ...{ apiVersion, kind, namespace, name: metadata.name },
    purpose: isDevices ? 'the devices that a replica shares' : purpose,
  };
}
