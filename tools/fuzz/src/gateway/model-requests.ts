import type { Destination } from './judge';
import { ORIGIN } from './odd-parts';
import { valuesOf, type RawRequest } from './rfc9112';

const ENDPOINTS = ['chat/completions', 'completions', 'embeddings', 'responses', 'messages', 'rerank'];

/** Whether a path is one of the endpoint for all models. */
export const isModelPath = (target: string): boolean => /^\/v1(?:[/?]|$)/.test(target);

/** Whether the gateway answers the request itself, for a page of the origin that may. */
export const isPreflight = ({ method, headers }: RawRequest): boolean =>
  method === 'OPTIONS' &&
  valuesOf(headers, 'origin').join(', ') === ORIGIN &&
  valuesOf(headers, 'access-control-request-method').length > 0;

/** Whether the gateway answers the request itself, with the models that its caller may use. */
export const isForModels = ({ method, target }: RawRequest): boolean =>
  method === 'GET' && asRead(target.split('?', 1)[0] ?? '').startsWith('/v1/models');

/** Where a request to the endpoint for all models has to arrive: at the workload that its body names. */
export function byModel({ method, target, headers, body }: RawRequest): Destination | undefined {
  const path = asRead(target.split('?', 1)[0] ?? '');
  if (method !== 'POST' || !ENDPOINTS.some((one) => path === `/v1/${one}`)) return undefined;
  const codings = valuesOf(headers, 'content-encoding').join();
  if (codings !== '' && codings.toLowerCase() !== 'identity') return undefined;
  const model = jsonIn(body)?.['model'];
  const workload = typeof model === 'string' ? model.replace(/^bench\//, '') : '';
  return workload === 'a' || workload === 'b' ? { workload, target } : undefined;
}

/** A path as servers read it: without escapes of ASCII characters and segments that mean nothing. */
function asRead(path: string): string {
  const segments: string[] = [];
  const decoded = path.replace(/%[0-7][\da-f]/gi, (escape) =>
    String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  );
  for (const segment of decoded.split('/'))
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  return `/${segments.join('/')}`;
}

/** Whether a pod got the body that was sent, but for what the gateway changes in one: name of the model, wish for usage. */
export function isSameBody(sent: string, got: string): boolean {
  if (sent === got) return true;
  const [one, other] = [jsonIn(sent), jsonIn(got)];
  return one !== undefined && other !== undefined && plain(one) === plain(other);
}

const plain = ({ model, stream_options: _options, ...rest }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ model: String(model).replace(/^bench\//, ''), rest });

function jsonIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, 'latin1').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
