import type { FastifyInstance } from 'fastify';
import { ROUTES, type Route } from '@tessera/contracts-rest';
import type { Addresses } from './addresses';
import { routerPath } from '@tessera/platform-http';
import { send } from './send';

/**
 * Where the name of one address would match the id of another, a wrong method is still 405: GET of
 * `/workloads/inferences` does not ask for a workload with the id `inferences`.
 */
export function mountWrongMethods(host: FastifyInstance, addresses: Addresses): void {
  const routes: readonly Route[] = Object.values(ROUTES);
  const taken = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  for (const { path } of routes)
    for (const { method, path: other } of routes) {
      if (taken.has(`${method} ${path}`) || !covers(other, path)) continue;
      taken.add(`${method} ${path}`);
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
