import type { WireObject } from './wire-object';

/**
 * The newest object that the server had at this version: in an unchanged history, a list at exactly this version
 * contains it with the same content. Undefined if there is none.
 */
export function witnessOf<T extends WireObject>(objects: Iterable<T>, version: string): T | undefined {
  const limit = BigInt(version);
  let witness: T | undefined;
  let newest = -1n;
  for (const object of objects) {
    const at = BigInt(object.metadata.resourceVersion);
    // Newer ones are our own writes, which the watch has not delivered yet.
    if (at > limit || at <= newest) continue;
    [witness, newest] = [object, at];
  }
  return witness;
}

/** List path of one namespace: `/api/v1/pods` becomes `/api/v1/namespaces/default/pods`. */
export function pathWithin(path: string, namespace: string | undefined): string {
  if (namespace === undefined || path.includes('/namespaces/')) return path;
  const end = path.lastIndexOf('/');
  return `${path.slice(0, end)}/namespaces/${namespace}${path.slice(end)}`;
}
