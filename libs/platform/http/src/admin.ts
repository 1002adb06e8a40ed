import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as TcpServer } from 'node:net';
import type { Health } from '@tessera/platform-lifecycle';
import type { Registry } from '@tessera/platform-telemetry';
import { contained } from './contained';

/** Answer of an admin path. */
export interface AdminAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The admin endpoints of every service. */
export interface Admin {
  readonly health: Health;
  readonly registry: Registry;
}

/**
 * Answers `/livez` (the process makes progress; else 503 with what is stuck), `/readyz` (the process can serve; else
 * 503 with the failed checks) and `/metrics` (Prometheus text). Undefined for any other path. Mount it in the service's
 * server.
 */
export async function answerAdmin(admin: Admin, path: string): Promise<AdminAnswer | undefined> {
  if (path === '/livez') return verdict(await admin.health.wedged());
  if (path === '/metrics')
    return { status: 200, contentType: admin.registry.contentType, body: await admin.registry.metrics() };
  if (path !== '/readyz') return undefined;
  return verdict(await admin.health.failures());
}

const verdict = (failures: readonly string[]): AdminAnswer =>
  failures.length === 0 ? text(200, 'ok') : text(503, failures.join('\n'));

const text = (status: number, body: string): AdminAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

/** Writes the admin answer to a plain Node response; false if the path is not an admin path. */
export async function serveAdmin(
  admin: Admin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const answer = await answerAdmin(admin, (request.url ?? '/').split('?')[0] ?? '/');
  if (answer === undefined) return false;
  response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body);
  return true;
}

/** Listens and resolves once the port is open. If it is in use, the error names the port and its setting. */
export function listen(server: TcpServer, port: number, host: string, setting: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${port} on ${host} is in use; stop the program that listens there, or choose another port with ${setting}`,
            )
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
}

/**
 * Closes a server: it accepts no new connections, closes idle ones at once, and gives busy ones `graceMs` to finish.
 */
export function closeServer(server: Server, graceMs = 5_000): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(limit);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** A server with only the admin endpoints. */
export function createAdminServer(admin: Admin): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (await serveAdmin(admin, request, response)) return;
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":404,"message":"Not found"}');
  };
  return createServer(contained(answer, (_error, _request, response) => response.destroy()));
}
