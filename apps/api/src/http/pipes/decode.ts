import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { BODY, ERRORS, shapeIssues, shapeViolations, type Route } from '@tessera/contracts-rest';
import { quickParse, REFUSED } from '@tessera/contracts-parsing';
import { HttpError } from '@tessera/platform-http';
import { MISSING, type Violation } from '@tessera/domain-workload';
import { badRequest, MOST_FOUND } from '../filters/violations';
import { hasMoreValues } from './json-size';
import { unusable } from './usable-json';

const AMPERSAND = 0x26;
/** Most fields of a form; the one route that accepts a form knows seven. */
const MOST_FIELDS = 100;
/** Most unknown query parameters that one response reports. */
const MOST_UNKNOWN = 10;

/** Path parameters; one of the wrong format names nothing that exists, so the response is 404. */
export function decodeParams(route: Route, given: unknown): object {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  const decoded: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(route.params ?? {})) {
    const value = quickParse(schema, values[name]);
    if (value === REFUSED || unusable(values[name], name) !== undefined)
      throw new HttpError(404, ERRORS[404].message);
    decoded[name] = value;
  }
  return decoded;
}

/** Throws 400 for a query with text that cannot be stored. Call this before anything reads the query. */
export function refuseUnusable(query: unknown): void {
  const problems = Object.entries(query ?? {}).flatMap(([name, value]) => unusable(value, name) ?? []);
  if (problems.length > 0) throw badRequest(problems);
}

/** Query parameters, with every problem in one response. */
export function decodeQuery(route: Route, given: unknown): object {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  const decoded: Record<string, unknown> = {};
  const violations: Violation[] = route.strictQuery ? unknownParameters(route, values) : [];
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

/** Unknown parameters, each reported with the parameters that the route knows. */
function unknownParameters(route: Route, values: Readonly<Record<string, unknown>>): Violation[] {
  const known = Object.keys(route.query ?? {});
  const message =
    known.length === 0
      ? 'is not a parameter of this route: it takes none'
      : `is not a parameter of this route: it takes ${known.join(', ')}`;
  return Object.keys(values)
    .filter((name) => !known.includes(name))
    .slice(0, MOST_UNKNOWN)
    .map((field) => ({ field, message }));
}

/** The body as JSON or form; undefined when there was none. Throws 400 for a body that is neither. */
export function readBody(route: Route, bytes: Buffer | undefined, contentType: string | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw unreadable('the body is not UTF-8');
  refuseHuge(bytes);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  const takesForm = route.bodyType === 'application/x-www-form-urlencoded';
  const body = takesForm && (isForm || !text.trimStart().startsWith('{')) ? readForm(text) : readJson(text);
  const problem = unusable(body, '');
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

/** Limits the number of values before parsing, so that every per-value check is bounded. */
function refuseHuge(bytes: Buffer): void {
  if (hasMoreValues(bytes, BODY.values))
    throw unreadable(`the body has more than ${BODY.values} fields, items, objects and lists together`);
}

function readForm(text: string): object {
  let fields = 1;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) === AMPERSAND) fields += 1;
  if (fields > MOST_FIELDS) throw unreadable(`the form has more than ${MOST_FIELDS} fields`);
  return Object.fromEntries(new URLSearchParams(text));
}

export type DecodedBody =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] };

/** Checks the shape of a body. A missing body counts as empty, so that missing fields are reported one by one. */
export function decodeBody(route: Route, raw: unknown): DecodedBody {
  if (route.body === undefined) return { ok: true, body: undefined };
  const quick = quickParse(route.body, raw ?? {});
  if (quick !== REFUSED) return { ok: true, body: quick };
  const issues = shapeIssues(route.body, raw ?? {}, MOST_FOUND);
  if (issues.length > 0) return { ok: false, issues };
  const result = route.body.safeParse(raw ?? {}, { reportInput: true });
  return result.success ? { ok: true, body: result.data } : { ok: false, issues: result.error.issues };
}
