import { readAnswers } from './answers';
import type { Played } from './client';
import type { Recorded } from './recorder';
import { isForModels, isSameBody } from './model-requests';
import { ORIGIN } from './odd-parts';
import { methodsOf, readRequests, valuesOf, type RawRequest } from './rfc9112';

/** Where a request has to arrive. */
export interface Destination {
  readonly workload: string;
  readonly target: string;
}

/** The workload that a request names, by the rules of the gateway; undefined where it names none. */
export type Naming = (request: RawRequest) => Destination | undefined;

/**
 * What is wrong with how a connection went: hung, an answer that is none, another's answer, or a request at a pod that
 * the client has not sent there. Undefined for nothing.
 */
export function problemOf(played: Played, recorded: readonly Recorded[], naming: Naming): string | undefined {
  if (played.end === 'hung') return `neither answered nor closed after ${played.ms} ms`;
  const { all, rest } = readRequests(played.sent);
  // A request whose end is missing may have been begun.
  const begun = rest.kind !== 'request' && rest.request !== undefined ? [rest.request] : [];
  return (
    answersProblem(played, all, all.length + begun.length + 1, naming) ??
    deliveryProblem(recorded, all, begun, naming)
  );
}

function answersProblem(
  { sent, received }: Played,
  requests: readonly RawRequest[],
  most: number,
  naming: Naming,
): string | undefined {
  const { all, malformed } = readAnswers(received, methodsOf(sent));
  if (malformed !== undefined) return `an answer that is none: ${malformed}`;
  if (all.length > most) return `${all.length} answers to ${requests.length} requests`;
  for (const [index, { status, headers, body }] of all.entries()) {
    if (status >= 500 && status !== 501 && status !== 505)
      return `status ${status} for what a client sent: ${body.slice(0, 200)}`;
    const request = requests[index];
    const origin = headers.get('access-control-allow-origin');
    const asked = valuesOf(request?.headers ?? [], 'origin').join(', ');
    if (origin !== undefined && request !== undefined && (origin !== ORIGIN || asked !== ORIGIN))
      return `an answer for pages of ${origin} to a request of ${asked}`;
    if (status !== 200 || body === '') continue;
    if (request === undefined) return `an answer of a pod to no request: ${body.slice(0, 200)}`;
    const due = naming(request);
    const from = parsed(body);
    if (from === undefined) return `an answer to ${show(request)} that no pod gives: ${body.slice(0, 200)}`;
    // Pods name the target that they got, descriptions of models do not.
    if (from.target === undefined && isForModels(request)) continue;
    if (due === undefined || due.workload !== from.workload || due.target !== from.target)
      return `the answer to ${show(request)} is that of ${JSON.stringify(from).slice(0, 200)}`;
  }
  return undefined;
}

/** Every request at a pod is one of the client's, there, whole, in order, at most once. */
function deliveryProblem(
  recorded: readonly Recorded[],
  requests: readonly RawRequest[],
  begun: readonly RawRequest[],
  naming: Naming,
): string | undefined {
  const open = [...requests, ...begun];
  for (const one of recorded) {
    const index = open.findIndex((request) => isDelivery(one, request, naming));
    if (index < 0) return `${one.workload} got ${show(one.request)}, which the client has not sent there`;
    const [sent] = open.splice(index, 1);
    if (!one.partial && sent !== undefined && begun.includes(sent))
      return `${one.workload} got the end of ${show(one.request)}, which the client has not sent`;
    const forged = forgery(one.request);
    if (forged !== undefined) return `${one.workload} got ${forged} in ${show(one.request)}`;
  }
  return undefined;
}

function isDelivery({ workload, request, partial }: Recorded, sent: RawRequest, naming: Naming): boolean {
  const due = naming(sent);
  if (due?.workload !== workload || due.target !== request.target) return false;
  if (sent.method !== request.method) return false;
  return partial ? isBegin(request.body, sent.body) : isSameBody(sent.body, request.body);
}

/** A changed body has a member more in front. */
const isBegin = (part: string, whole: string): boolean =>
  whole.startsWith(part) || part.startsWith('{"stream_options"');

/** A field that the client must not be able to set. */
export function forgery({ headers }: RawRequest): string | undefined {
  for (const [name, value] of headers) {
    const plain = name.replaceAll('_', '-');
    if (plain.startsWith('x-tessera-')) return `${name}: ${value}`;
    if (plain === 'x-forwarded-for' && value !== '127.0.0.1') return `${name}: ${value}`;
    // The gateway itself accepts trailers, and announces it where its client does.
    if (plain === 'te' && value === 'trailers') continue;
    if (['forwarded', 'te', 'trailer', 'upgrade', 'expect'].includes(plain) && !isWebsocket(headers))
      return `${name}: ${value}`;
  }
  return undefined;
}

function parsed(body: string): Partial<Destination> | undefined {
  try {
    return JSON.parse(body) as Partial<Destination>;
  } catch {
    return undefined;
  }
}

const isWebsocket = (headers: RawRequest['headers']): boolean =>
  valuesOf(headers, 'upgrade').join().toLowerCase() === 'websocket';

const show = ({ method, target, body }: RawRequest): string =>
  JSON.stringify(`${method} ${target} ${body}`.slice(0, 160));
