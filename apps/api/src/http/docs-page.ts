import { createHash } from 'node:crypto';

type Json = Readonly<Record<string, unknown>>;

/** Text as HTML. */
export const escaped = (value: unknown): string =>
  String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}details{border:1px solid #ccc;border-radius:.4rem;margin:.5rem 0;padding:.5rem .8rem}
summary{cursor:pointer}code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;background:#f4f4f4;padding:.6rem}
table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top}
.method{display:inline-block;min-width:4.5rem;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}pre{background:#222}td,th,details{border-color:#444}}`;

/** What the page may use: its own style, by its digest, and nothing else. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** A page of its own: plain HTML with our style, nothing from elsewhere. `body` is HTML. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
${body}</body></html>`;

/** A readable page of the API document. */
export function docsPage(document: Json): string {
  const info = document['info'] as Json;
  const paths = document['paths'] as Record<string, Record<string, Json>>;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = (document['tags'] as { name: string }[]).map(({ name }) => name);
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => (operation['tags'] as string[])[0] === tag);
    return `<h2>${escaped(tag)}</h2>${own.map(operationHtml).join('')}`;
  });
  const schemas = Object.entries((document['components'] as { schemas: Json }).schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${pre(schema)}</details>`,
  );
  return page(
    `${String(info['title'])} API`,
    `<h1>${escaped(info['title'])} API ${escaped(info['version'])}</h1><p>${escaped(info['description'])}</p>
<p>The same as a document: <a href="/openapi.json">openapi.json</a> (OpenAPI ${escaped(document['openapi'])}).
What happens to workloads is told as events: <a href="/docs/events">events</a>.</p>
${sections.join('')}<h2>Schemas</h2>${schemas.join('')}`,
  );
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
}

function operationHtml({ path, method, operation }: Operation): string {
  const parameters = (operation['parameters'] ?? []) as Json[];
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escaped(one['name'])}</code></td><td>${escaped(one['in'])}${one['required'] === true ? ', required' : ''}</td><td>${escaped(one['description'])}</td><td><code>${escaped(JSON.stringify(one['schema']))}</code></td></tr>`,
  );
  const body = operation['requestBody'] as { content: Record<string, Json> } | undefined;
  const responses = Object.entries(operation['responses'] as Record<string, Json>).map(
    ([status, response]) =>
      `<tr><td><code>${escaped(status)}</code></td><td>${escaped(response['description'])}</td><td>${schemaLink(response)}</td></tr>`,
  );
  return `<details id="${escaped(operation['operationId'])}"><summary><span class="method">${escaped(method.toUpperCase())}</span>
<code>${escaped(path)}</code> ${escaped(operation['summary'])}</summary><p>${escaped(operation['description'])}</p>
${rows.length === 0 ? '' : `<h4>Parameters</h4><table>${rows.join('')}</table>`}
${body === undefined ? '' : `<h4>Body</h4><p>${schemaLink(body)}</p>`}
<h4>Answers</h4><table>${responses.join('')}</table></details>`;
}

function schemaLink(holder: Json): string {
  const content = holder['content'] as Record<string, { schema?: Json }> | undefined;
  return Object.entries(content ?? {})
    .map(([type, { schema = {} }]) => {
      const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
      return name === undefined
        ? `${escaped(type)} ${pre(schema)}`
        : `${escaped(type)} <a href="#schema-${escaped(name)}">${escaped(name)}</a>`;
    })
    .join('<br>');
}

export const pre = (value: unknown): string => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
