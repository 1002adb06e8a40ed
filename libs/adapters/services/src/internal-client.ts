import { z } from 'zod';
import {
  fillPath,
  PathParameterError,
  INTERNAL_ROUTES,
  type InternalAnswer,
  type InternalOperation,
  type InternalRoute,
  type InternalRoutes,
  type PathParameters,
} from '@tessera/contracts-internal';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** Path parameters, query and body of a call. */
export interface InternalInput<O extends InternalOperation> {
  readonly params: PathParameters<InternalRoutes[O]['path']>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: InternalRoutes[O] extends { readonly body: infer S extends z.ZodType } ? z.input<S> : never;
}

/** A service that serves internal routes, as this client reaches it. */
export interface InternalService {
  /** As errors name it: "the scheduler". */
  readonly name: string;
  /** Address without a path. */
  readonly url: string;
  /** Issues the token that the service accepts from us. */
  readonly token: () => Promise<string>;
  /** Longest time until a JSON response has arrived, or until the first byte of a stream, ms. */
  readonly limitMs?: number | undefined;
}

/** An answer that is neither a success nor a response that the route's schema describes. */
export interface ErrorAnswer {
  readonly status: number;
  readonly message?: string | undefined;
  readonly details?: string | undefined;
}

const LIMIT_MS = 20_000;

/** The error body, of which a proxy in between may leave out anything. */
const ErrorBody = z.object({ message: z.string().optional(), details: z.string().optional() }).catch({});

/**
 * Calls an internal route; the response is checked against its schema. Throws {@link HttpError} 503 if the service does
 * not respond in time or sends what the contract does not describe, and otherwise the error that `refusal` returns for
 * an error response.
 */
export async function callInternal<O extends InternalOperation>(
  service: InternalService,
  operation: O,
  input: InternalInput<O>,
  refusal: (refused: ErrorAnswer) => HttpError,
): Promise<InternalAnswer<O>> {
  const route: InternalRoute = INTERNAL_ROUTES[operation];
  const limit = AbortSignal.timeout(service.limitMs ?? LIMIT_MS);
  const response = await send(service, route, input, limit, refusal);
  const schema = route.answers[response.status];
  if (schema === undefined || schema === 'text') throw unexpected(service, `status ${response.status}`);
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(service, error);
  });
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) throw unexpected(service, z.prettifyError(parsed.error));
  return { status: response.status, body: parsed.data } as InternalAnswer<O>;
}

/** The same for a route that answers with a stream of text; `signal` ends the stream. */
export async function streamInternal<O extends InternalOperation>(
  service: InternalService,
  operation: O,
  input: InternalInput<O>,
  refusal: (refused: ErrorAnswer) => HttpError,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const waiting = new AbortController();
  const { limitMs = LIMIT_MS } = service;
  const limit = setTimeout(() => waiting.abort(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    const both = AbortSignal.any([waiting.signal, signal]);
    const { body } = await send(service, INTERNAL_ROUTES[operation], input, both, refusal);
    if (body === null) throw unexpected(service, 'no body');
    return body;
  } finally {
    clearTimeout(limit);
  }
}

async function send(
  service: InternalService,
  { method, path, answers }: InternalRoute,
  { params, query = {}, body }: InternalInput<InternalOperation>,
  signal: AbortSignal,
  refusal: (refused: ErrorAnswer) => HttpError,
): Promise<Response> {
  const url = new URL(`${service.url.replace(/(?<!\/)\/+$/, '')}${pathTo(path, params)}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value));
  const authorization = `Bearer ${await service.token()}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
      // Follow no redirect: the token must not reach another address.
      redirect: 'error',
    });
  } catch (error) {
    throw unreachable(service, error);
  }
  if (response.status in answers) return response;
  const text = await response.text().catch(() => '');
  throw refusal({ status: response.status, ...ErrorBody.parse(jsonOf(text)) });
}

/** A name that cannot be part of a path names nothing. */
function pathTo(path: InternalRoute['path'], params: Readonly<Record<string, string>>): string {
  try {
    return fillPath<string>(path, params);
  } catch (error) {
    if (error instanceof PathParameterError) throw new HttpError(404, ERRORS[404].message, error.message);
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 503 with the reason as details. */
export const unavailable = (why: string): HttpError => new HttpError(503, ERRORS[503].message, why);

const unreachable = ({ name }: InternalService, error: unknown): HttpError =>
  unavailable(`${name} cannot be reached: ${error instanceof Error ? error.message : String(error)}`);

const unexpected = ({ name }: InternalService, what: string): HttpError =>
  unavailable(`${name} sent a response that this release does not understand: ${what}`);
