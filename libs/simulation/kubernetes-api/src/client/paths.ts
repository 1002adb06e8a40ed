const PREFIXES: Readonly<Record<string, string>> = {
  leases: '/apis/coordination.k8s.io/v1',
  storageclasses: '/apis/storage.k8s.io/v1',
  priorityclasses: '/apis/scheduling.k8s.io/v1',
};

/** Path of a collection: `pods` of a namespace or of all. */
export const collectionPath = (plural: string, namespace?: string): string =>
  `${PREFIXES[plural] ?? '/api/v1'}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}`;

/** Path of one object. */
export const objectPath = (plural: string, name: string, namespace?: string): string =>
  `${collectionPath(plural, namespace)}/${name}`;
