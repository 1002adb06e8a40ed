import { escaped, page, pre } from './html';

type Json = Readonly<Record<string, unknown>>;

/** A readable page of the events on Kafka. */
export function eventsPage(document: Json): string {
  const info = document['info'] as Json;
  const { messages, schemas } = document['components'] as Readonly<Record<string, Record<string, Json>>>;
  const channels = Object.values(document['channels'] as Record<string, Json>).map((channel) => {
    const names = Object.keys(channel['messages'] as Json);
    return `<h2><code>${escaped(channel['address'])}</code></h2><p>${escaped(channel['description'])}</p>
${names.map((name) => message(name, messages?.[name] ?? {}, schemas?.[name] ?? {})).join('')}`;
  });
  return page(
    String(info['title']),
    `<h1>${escaped(info['title'])} ${escaped(info['version'])}</h1><p>${escaped(info['description'])}</p>
<p>The same as a document: <a href="/asyncapi.json">asyncapi.json</a> (AsyncAPI ${escaped(document['asyncapi'])}).
What can be asked and done is on the page of the <a href="/docs">API</a>.</p>
<h2>Headers of every record</h2>${attributes(schemas?.['Attributes'] ?? {})}
${channels.join('')}`,
  );
}

function attributes({ properties }: Json): string {
  const rows = Object.entries(properties as Record<string, Json>).map(
    ([name, { description }]) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${escaped(description)}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}

function message(name: string, { name: type, summary, examples }: Json, schema: Json): string {
  const [example] = examples as readonly Json[];
  return `<details id="${escaped(name)}"><summary><code>${escaped(type)}</code> ${escaped(summary)}</summary>
<h4>Example</h4>${pre(example?.['payload'])}<h4>Schema</h4>${pre(schema)}</details>`;
}
