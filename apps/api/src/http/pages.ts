import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, normalize, resolve, sep } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { BuiltInIssuer } from '@tessera/adapter-oidc';
import { asyncApiDocument } from '@tessera/contracts-events';
import { openApiDocument } from '@tessera/contracts-rest';
import { nothingAt } from './addresses';
import { DOCS_POLICY, docsPage } from './docs-page';
import { eventsPage } from './events-page';
import { send } from './routes';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

export interface PagesOptions {
  readonly issuer: BuiltInIssuer;
  readonly publicUrl: string;
  readonly version: string;
  readonly topicPrefix: string;
  /** Folder of the console's files; without it no console is served. */
  readonly consoleDir: string | undefined;
}

/** Public pages: the keys, the API document and its page, the console. */
export function mountPages(
  host: FastifyInstance,
  { issuer, publicUrl, version, topicPrefix, consoleDir }: PagesOptions,
): void {
  const document = openApiDocument(publicUrl, version);
  const json = JSON.stringify(document);
  const html = docsPage(document);
  host.get('/.well-known/jwks.json', async (_request, reply) => {
    send(reply, {
      status: 200,
      body: await issuer.jwks(),
      headers: { 'cache-control': 'public, max-age=30' },
    });
    return reply;
  });
  host.get('/.well-known/openid-configuration', async (_request, reply) => {
    const body = {
      issuer: publicUrl,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      token_endpoint: `${publicUrl}/api/v2/token`,
    };
    send(reply, { status: 200, body });
    return reply;
  });
  host.get(
    '/openapi.json',
    (_request, reply) => void reply.header('content-type', TYPES['.json']).send(json),
  );
  host.get(
    '/docs',
    (_request, reply) =>
      void reply
        .header('content-type', TYPES['.html'])
        .header('content-security-policy', DOCS_POLICY)
        .send(html),
  );
  const events = asyncApiDocument(topicPrefix, version);
  const eventsJson = JSON.stringify(events);
  const eventsHtml = eventsPage(events);
  host.get(
    '/asyncapi.json',
    (_request, reply) => void reply.header('content-type', TYPES['.json']).send(eventsJson),
  );
  host.get(
    '/docs/events',
    (_request, reply) =>
      void reply
        .header('content-type', TYPES['.html'])
        .header('content-security-policy', DOCS_POLICY)
        .send(eventsHtml),
  );
  if (consoleDir === undefined || !existsSync(consoleDir)) return;
  host.get('/', (_request, reply) => sendFile(reply, consoleDir, 'index.html'));
  host.get('/console', (_request, reply) => sendFile(reply, consoleDir, 'index.html'));
  host.get('/console/*', (request, reply) =>
    sendFile(reply, consoleDir, (request.params as Record<string, string>)['*'] || 'index.html'),
  );
}

/** Reads a file of the folder; rejects paths outside of it. */
function sendFile(reply: FastifyReply, folder: string, name: string): void {
  const file = normalize(join(resolve(folder), name));
  const inside = file.startsWith(`${resolve(folder)}${sep}`);
  if (!inside || !existsSync(file) || !statSync(file).isFile()) {
    const refused = nothingAt('GET', `/console/${name}`);
    return send(reply, { status: refused.status, body: refused.body() });
  }
  void reply
    .header('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    .send(createReadStream(file));
}
