import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { ERRORS, quickParse, REFUSED, type Route } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { MISSING, type Violation } from '@tessera/domain-workload';
import { badRequest, shapeViolations } from '../wire/violations';

/** Deeper JSON than this is nobody's request. */
const MAX_DEPTH = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Path parameters; one of the wrong form names nothing that exists, so the answer is 404. */
export function decodeParams(route: Route, given: unknown): object {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  const decoded: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(route.params ?? {})) {
    const value = quickParse(schema, values[name]);
    if (value === REFUSED || unusable(values[name], name, 0)) throw new HttpError(404, ERRORS[404].message);
    decoded[name] = value;
  }
  return decoded;
}

/** Throws 400 for a query that holds text which nothing here can keep; to be called before anything looks at the query. */
export function refuseUnusable(query: unknown): void {
  const problems = Object.entries(query ?? {}).flatMap(([name, value]) => unusable(value, name, 0) ?? []);
  if (problems.length > 0) throw badRequest(problems);
}

/** Query parameters, with every problem in one answer. */
export function decodeQuery(route: Route, given: unknown): object {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  const decoded: Record<string, unknown> = {};
  const violations: Violation[] = [];
  for (const [name, schema] of Object.entries(route.query ?? {})) {
    const value = quickParse(schema, values[name]);
    if (value !== REFUSED) {
      decoded[name] = value;
      continue;
    }
    const result = schema.safeParse(values[name], { reportInput: true });
    if (result.success) decoded[name] = result.data;
    else if (values[name] === undefined) violations.push({ field: name, message: MISSING });
    else
      violations.push(
        ...shapeViolations(result.error.issues).map(({ field, message }) => ({
          field: `${name}${field}`,
          message,
        })),
      );
  }
  if (violations.length > 0) throw badRequest(violations);
  return decoded;
}

/** The body as JSON or form; undefined when there was none. Throws 400 for what is neither. */
export function readBody(route: Route, bytes: Buffer | undefined, contentType: string | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('the body is not UTF-8');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  const takesForm = route.bodyType === 'application/x-www-form-urlencoded';
  const body =
    takesForm && (isForm || !text.trimStart().startsWith('{'))
      ? Object.fromEntries(new URLSearchParams(text))
      : readJson(text);
  const problem = unusable(body, '', 0);
  if (problem !== undefined) throw badRequest([problem]);
  return body;
}

const unreadable = (why: string): HttpError => new HttpError(400, 'Failed to read request body', why);

function readJson(text: string): object {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw unreadable(`the body is not JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw unreadable('the body must be a JSON object');
  return body;
}

/** Text that neither the database nor Kubernetes can hold, numbers beyond all bounds, and endless nesting. */
function unusable(value: unknown, field: string, depth: number): Violation | undefined {
  if (typeof value === 'string')
    return value.includes('\0') || LONE_SURROGATE.test(value)
      ? { field, message: 'must be Unicode text without NUL' }
      : undefined;
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { field, message: 'is not a number that can be kept' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { field: '', message: `the body is nested deeper than ${MAX_DEPTH} levels` };
  for (const [key, item] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${field}[${key}]` : field === '' ? key : `${field}.${key}`;
    const problem = unusableName(key, at) ?? unusable(key, at, depth) ?? unusable(item, at, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Assigning to this name changes what an object is, not what it holds. */
const unusableName = (key: string, field: string): Violation | undefined =>
  key === '__proto__' ? { field, message: 'is not a name that can be kept' } : undefined;

export type DecodedBody =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] };

/** Checks the shape of a body. A missing one counts as empty, so that what it lacks is told field by field. */
export function decodeBody(route: Route, raw: unknown): DecodedBody {
  if (route.body === undefined) return { ok: true, body: undefined };
  const quick = quickParse(route.body, raw ?? {});
  if (quick !== REFUSED) return { ok: true, body: quick };
  const result = route.body.safeParse(raw ?? {}, { reportInput: true });
  return result.success ? { ok: true, body: result.data } : { ok: false, issues: result.error.issues };
}
