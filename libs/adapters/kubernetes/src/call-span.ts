import { childSpan, TRACEPARENT } from '@tessera/platform-telemetry';
import { clusterCall } from './permissions';

/** One call: sent with the headers given, and tells the status as soon as it is known. */
type Call<T> = (headers: Readonly<Record<string, string>>, onStatus: (status: number) => void) => Promise<T>;

const NONE = {};
const untold = (): void => undefined;

/**
 * Makes a call in a span `<method> <resource>`, where it is part of a trace; the API server is told of it by `traceparent`.
 * The watches and leases of a service are nobody's request and have none.
 */
export const inCallSpan = <T>(server: string, method: string, path: string, call: Call<T>): Promise<T> =>
  childSpan(
    () => {
      const { resource, apiGroup } = clusterCall(method, path);
      const attributes = {
        'http.request.method': method,
        'url.template': templateOf(path),
        'url.path': path,
        'server.address': server,
        'k8s.resource': apiGroup === '' ? resource : `${resource}.${apiGroup}`,
      };
      return { name: `${method} ${resource}`, kind: 'client', attributes };
    },
    (span) =>
      span === undefined
        ? call(NONE, untold)
        : call({ [TRACEPARENT]: span.traceparent }, (status) =>
            span.set({ 'http.response.status_code': status }),
          ),
  );

/** The path without what differs from object to object. */
export const templateOf = (path: string): string =>
  path
    .replace(/\/namespaces\/[^/]+(?=\/|$)/, '/namespaces/{namespace}')
    .replace(/(\/namespaces\/\{namespace\}\/[^/]+)\/[^/]+/, '$1/{name}')
    .replace(/^(\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?!namespaces\/)[^/]+)\/[^/]+/, '$1/{name}');
