import { apiVersionOf, resourceAt, RESOURCES, type ResourceKind } from '../resources';

/** A request path that names objects. */
export interface ObjectPath {
  readonly resource: ResourceKind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** The part after the subresource, as in a proxy path. */
  readonly rest: readonly string[];
}

/** Parses `/api/v1/…` and `/apis/<group>/<version>/…`; undefined for a path that names no known kind. */
export function objectPath(pathname: string): ObjectPath | undefined {
  const parts = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const apiVersion = core ? parts[1] : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  return apiVersion === undefined ? undefined : within(apiVersion, parts.slice(core ? 2 : 3));
}

function within(apiVersion: string, parts: readonly string[]): ObjectPath | undefined {
  const [first, namespace, plural, name, subresource, ...rest] = parts;
  if (first === 'namespaces' && plural !== undefined && !isNamespaceSubresource(plural)) {
    const resource = resourceAt(apiVersion, plural);
    if (resource?.namespaced !== true) return undefined;
    return { resource, namespace, name, subresource, rest };
  }
  const resource = first === undefined ? undefined : resourceAt(apiVersion, first);
  if (resource === undefined) return undefined;
  const [, ownName, ownSubresource, ...ownRest] = parts;
  if (resource.namespaced && ownName !== undefined) return undefined;
  return { resource, namespace: undefined, name: ownName, subresource: ownSubresource, rest: ownRest };
}

const isNamespaceSubresource = (part: string): boolean => part === 'status' || part === 'finalize';

const SERVED = new Set(RESOURCES.map(apiVersionOf));

/** Whether a path lies below a group and version that the server knows, even if the kind is unknown. */
export const isServedGroup = (pathname: string): boolean => {
  const [root, first = '', second = ''] = pathname.split('/').filter((part) => part !== '');
  return (root === 'api' && SERVED.has(first)) || (root === 'apis' && SERVED.has(`${first}/${second}`));
};
