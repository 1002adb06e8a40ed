import type { FastifyInstance } from 'fastify';
import type { BuiltInIssuer } from '@tessera/adapter-oidc';
import { asyncApiDocument } from '@tessera/contracts-events';
import { openApiDocument } from '@tessera/contracts-rest';
import { DOCS_POLICY, docsPage } from './docs-page';
import { eventsPage } from './events-page';
import { send } from './routes';

const HTML = 'text/html; charset=utf-8';
const JSON_TEXT = 'application/json; charset=utf-8';

export interface PagesOptions {
  readonly issuer: BuiltInIssuer;
  readonly publicUrl: string;
  readonly version: string;
  readonly topicPrefix: string;
}

/** Public pages: the keys, the API document and its page. */
export function mountPages(
  host: FastifyInstance,
  { issuer, publicUrl, version, topicPrefix }: PagesOptions,
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
  host.get('/openapi.json', (_request, reply) => void reply.header('content-type', JSON_TEXT).send(json));
  host.get(
    '/docs',
    (_request, reply) =>
      void reply.header('content-type', HTML).header('content-security-policy', DOCS_POLICY).send(html),
  );
  const events = asyncApiDocument(topicPrefix, version);
  const eventsJson = JSON.stringify(events);
  const eventsHtml = eventsPage(events);
  host.get(
    '/asyncapi.json',
    (_request, reply) => void reply.header('content-type', JSON_TEXT).send(eventsJson),
  );
  host.get(
    '/docs/events',
    (_request, reply) =>
      void reply.header('content-type', HTML).header('content-security-policy', DOCS_POLICY).send(eventsHtml),
  );
}
