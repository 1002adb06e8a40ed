import { readFileSync } from 'node:fs';
import { digestOf } from './html';

/** The files of Swagger UI that the page loads, read once at the start. */
export const docsFiles = (): Readonly<Record<'script' | 'style', Buffer>> => ({
  script: readFileSync(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
  style: readFileSync(require.resolve('swagger-ui-dist/swagger-ui.css')),
});

/**
 * Shows the document and sends requests to the server that the page came from. `/docs#id=…&secret=…`, as the local start
 * prints it, authorises the page with a token of that application; the credentials leave the address bar at once.
 */
const SCRIPT = `
const given = new URLSearchParams(location.hash.slice(1));
if (given.has('secret')) history.replaceState(null, '', location.pathname);
async function tokenOfApplication() {
  if (!given.has('secret')) return undefined;
  const application = { grantType: 'app_token', AppId: given.get('id'), AppSecret: given.get('secret') };
  const response = await fetch('/api/v1/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(application),
  });
  return response.ok ? (await response.json()).accessToken : undefined;
}
async function show() {
  const document = await (await fetch('/openapi.json')).json();
  const token = await tokenOfApplication();
  const ui = SwaggerUIBundle({
    spec: { ...document, servers: [{ url: location.origin }] },
    dom_id: '#api',
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => token && ui.preauthorizeApiKey('bearerAuth', token),
  });
}
void show();
`;

/** The Content-Security-Policy of the page: scripts, styles and requests of this server alone, nothing evaluated. */
export const DOCS_POLICY = [
  "default-src 'none'",
  `script-src 'self' '${digestOf(SCRIPT)}'`,
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page of the API: Swagger UI on `/openapi.json`. */
export const docsPage = (): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tessera API</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body class="swagger-ui"><nav class="wrapper"><a href="/openapi.json">openapi.json</a> · <a href="/docs/events">events</a></nav>
<div id="api"></div><script src="/docs/swagger-ui.js"></script><script>${SCRIPT}</script></body></html>`;
