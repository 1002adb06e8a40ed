import { createHash } from 'node:crypto';

/** Escapes text for HTML. */
export const escaped = (value: unknown): string =>
  String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h2{margin-top:2.5rem}details{border:1px solid #ccc;border-radius:.4rem;margin:.5rem 0;padding:.5rem .8rem}
details details{border:0;margin:.3rem 0;padding:0}nav a{margin-right:.8rem;white-space:nowrap}a{color:#0b57d0}
summary{cursor:pointer}code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;overflow-wrap:normal;background:#f4f4f4;padding:.6rem}
td pre{white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:normal}
td:last-child{overflow-wrap:anywhere}
@media(max-width:40rem){thead{display:none}table,tbody,tr,td{display:block;border:0;overflow-wrap:anywhere}tr{border-top:1px solid #ddd;padding:.3rem 0}td{padding:0}}
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}pre{background:#222}td,th,tr,details{border-color:#444}a{color:#8ab4f8}}`;

/** An inline script or style as a Content-Security-Policy names it. */
export function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** The Content-Security-Policy of such a page: its own style, by digest, the icon of the server, and nothing else. */
export const STATIC_POLICY = `default-src 'none'; style-src '${digestOf(STYLE)}'; img-src 'self'; frame-ancestors 'none'`;

/** A complete HTML page with inline style and no external resources. `body` is HTML. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
${body}</body></html>`;

/** A value as indented JSON. */
export const pre = (value: unknown): string => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
