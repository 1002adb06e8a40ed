import { childSpan, TRACEPARENT } from '@tessera/platform-telemetry';
import { clusterCall } from './permissions';

/** One call: sends the given headers, and reports the status as soon as it is known. */
type Call<T> = (headers: Readonly<Record<string, string>>, onStatus: (status: number) => void) => Promise<T>;

const NONE = {};
const ignored = (): void => undefined;

/**
 * Makes a call in a span `<method> <resource>` if it is part of a trace, and passes `traceparent` to the API server.
 * The watches and leases of a service belong to no request and have no span.
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
        ? call(NONE, ignored)
        : call({ [TRACEPARENT]: span.traceparent }, (status) =>
            span.set({ 'http.response.status_code': status }),
          ),
  );

/** The path without the names of single objects. */
export const templateOf = (path: string): string =>
  path
    .replace(/\/namespaces\/[^/]+(?=\/|$)/, '/namespaces/{namespace}')
    .replace(/(\/namespaces\/\{namespace\}\/[^/]+)\/[^/]+/, '$1/{name}')
    .replace(/^(\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?!namespaces\/)[^/]+)\/[^/]+/, '$1/{name}');
