import { HttpError } from './errors';

type ErrorClass<E extends Error = Error> = abstract new (...args: never[]) => E;

/** Meaning of the errors of a service for its client. A class, or a predicate for errors without a class of ours. */
export interface ErrorMeanings {
  /** The client sent something wrong: 400 with the text of the error. */
  readonly invalid?: readonly ErrorClass[];
  /** The token is missing or not valid: 401 with the text of the error. */
  readonly unauthenticated?: readonly ErrorClass[];
  /** A dependency of the service is unavailable for a while: 503, to be retried. The text of the error is not sent. */
  readonly unavailable?: readonly {
    readonly of: ErrorClass | ((error: unknown) => boolean);
    /** For the client; none by default. */
    readonly details?: string;
  }[];
  /** Responses that no other service has; they come first. Undefined for every other error. */
  readonly own?: (error: unknown) => HttpError | undefined;
}

/** Response to an unexpected error; it has no detail, which might reveal internals. */
const UNEXPECTED = 'Something went wrong.';
const UNAVAILABLE = 'Please try again in few minutes.';
/** Seconds after which a client may repeat a request. */
const RETRY_AFTER = '1';

/** Maps the errors of a service to responses; every service uses this one table. Any other error is 500. */
export const httpErrors =
  ({ invalid = [], unauthenticated = [], unavailable = [], own }: ErrorMeanings) =>
  (error: unknown): HttpError => {
    if (error instanceof HttpError) return error;
    const special = own?.(error) ?? ofServer(error);
    if (special !== undefined) return special;
    if (isOneOf(unauthenticated, error))
      return new HttpError(401, error.message, undefined, { 'www-authenticate': 'Bearer' });
    if (isOneOf(invalid, error)) return new HttpError(400, error.message);
    const away = unavailable.find(({ of }) => (isClass(of) ? error instanceof of : of(error)));
    if (away !== undefined)
      return new HttpError(503, UNAVAILABLE, away.details, { 'retry-after': RETRY_AFTER });
    return new HttpError(500, UNEXPECTED);
  };

/** A request that the web server or the framework refused, such as one with a body that is too large. */
function ofServer(error: unknown): HttpError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { statusCode, getStatus } = error as Error & { readonly statusCode?: unknown; getStatus?: unknown };
  const status: unknown = typeof getStatus === 'function' ? getStatus.call(error) : statusCode;
  return typeof status === 'number' && status >= 400 && status < 500
    ? new HttpError(status, error.message)
    : undefined;
}

const isOneOf = (classes: readonly ErrorClass[], error: unknown): error is Error =>
  classes.some((one) => error instanceof one);

const isClass = (of: ErrorClass | ((error: unknown) => boolean)): of is ErrorClass =>
  of === Error || of.prototype instanceof Error;
