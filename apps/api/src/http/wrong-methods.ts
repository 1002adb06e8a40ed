import type { FastifyInstance } from 'fastify';
import { ROUTES, type Route } from '@tessera/contracts-rest';
import type { Addresses } from './addresses';
import { routerPath } from '@tessera/platform-http';
import { send } from './send';

/**
 * Answers 405 where a fixed path also matches the pattern of another route that has the method: GET of
 * `/workloads/inferences` is not a request for a workload with the id `inferences`.
 */
export function mountWrongMethods(host: FastifyInstance, addresses: Addresses): void {
  const routes: readonly Route[] = Object.values(ROUTES);
  const mounted = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  for (const { path } of routes)
    for (const { method, path: other } of routes) {
      if (mounted.has(`${method} ${path}`) || !covers(other, path)) continue;
      mounted.add(`${method} ${path}`);
      host.route({
        method,
        url: routerPath(path),
        handler: (request, reply) => {
          const refused = addresses.refusal(request.method, request.url);
          send(reply, { status: refused.status, body: refused.body(), headers: refused.headers });
        },
      });
    }
}

/** Whether the first path, as a pattern, matches the second one as it is written. */
const covers = (path: string, other: string): boolean =>
  path !== other && new RegExp(`^${path.replaceAll(/\{[^{}]+\}/g, '[^/]+')}$`).test(other);
