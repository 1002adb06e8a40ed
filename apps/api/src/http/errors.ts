import { ERRORS, ROUTES } from '@tessera/contracts-rest';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { FilterError } from '@tessera/application-submission';
import { HttpError } from '@tessera/platform-http';

/** SQLSTATE classes and Node codes that mean: the database is not there now. */
const OUTAGE = /^(08|53|57P)|^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)$/;

/** Any error as an answer. What nobody expected is 500 and says nothing about itself. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError)
    return new HttpError(401, error.message, undefined, { 'www-authenticate': 'Bearer' });
  if (error instanceof FilterError) return new HttpError(400, error.message);
  const { statusCode, code, message } = (error ?? {}) as {
    statusCode?: unknown;
    code?: unknown;
    message?: string;
  };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new HttpError(statusCode, message ?? 'Bad request.');
  if (
    error instanceof KeysUnavailableError ||
    (typeof code === 'string' && OUTAGE.test(code)) ||
    /timeout exceeded when trying to connect|Connection terminated/.test(message ?? '')
  )
    return new HttpError(503, ERRORS[503].message, undefined, { 'retry-after': '1' });
  return new HttpError(500, ERRORS[500].message);
}

const PATHS = new Map<string, { readonly pattern: RegExp; readonly methods: string[] }>();
for (const { path, method } of Object.values(ROUTES)) {
  const known = PATHS.get(path);
  if (known !== undefined) known.methods.push(method);
  else
    PATHS.set(path, {
      pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`),
      methods: [method],
    });
}

/** An address without a handler: 405 where another method has one, else 404. */
export function noRoute(method: string, url: string): HttpError {
  const path = url.split('?')[0] ?? '';
  const methods = [...PATHS.values()]
    .filter(({ pattern }) => pattern.test(path))
    .flatMap((entry) => entry.methods);
  if (methods.length === 0)
    return new HttpError(404, 'There is nothing at this address.', `${method} ${path.slice(0, 200)}`);
  const allow = [...new Set(methods)].sort().join(', ');
  return new HttpError(405, ERRORS[405].message, `${method} is not possible here; use ${allow}`, { allow });
}
