/** The fields of a Kubernetes `Status` object that we read. */
export interface StatusObject {
  readonly reason?: string;
  readonly message?: string;
  readonly code?: number;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly causes?: readonly { readonly reason?: string; readonly field?: string }[];
  };
}

/** The Kubernetes API returned an error. Compare by `reason`, never by the message. */
export class KubernetesApiError extends Error {
  readonly reason: string;

  constructor(
    readonly status: number,
    method: string,
    path: string,
    readonly body: StatusObject,
  ) {
    super(`${method} ${path}: ${status} ${body.reason ?? ''} ${body.message ?? ''}`.trim());
    this.name = 'KubernetesApiError';
    this.reason = body.reason ?? '';
  }
}

const hasReason = (error: unknown, reason: string): boolean =>
  error instanceof KubernetesApiError && error.reason === reason;

export const isAlreadyExists = (error: unknown): boolean => hasReason(error, 'AlreadyExists');
export const isInvalid = (error: unknown): boolean => hasReason(error, 'Invalid');
/** A patch names another uid than the object has, which validation refuses as a change of the uid. */
export const isOfAnother = (error: unknown): boolean =>
  error instanceof KubernetesApiError &&
  isInvalid(error) &&
  (error.body.details?.causes ?? []).some(({ field }) => field === 'metadata.uid');
export const isNotFound = (error: unknown): boolean =>
  error instanceof KubernetesApiError && error.status === 404;
export const isExpired = (error: unknown): boolean =>
  error instanceof KubernetesApiError && error.status === 410;

/**
 * The API server does not have our version yet ("Too large resource version"): its history is older than the one seen
 * before, as after a restore of etcd, or this server lags behind another one.
 */
export const isFromTheFuture = (error: unknown): boolean =>
  error instanceof KubernetesApiError &&
  (error.body.details?.causes ?? []).some(({ reason }) => reason === 'ResourceVersionTooLarge');

/** Nothing was received for the longest permitted silence (undici's timeout between two parts of a body). */
export const isSilent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';

/** The caller lacks the permission. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof KubernetesApiError && error.status === 403;

/** The object is invalid: a retry without a change cannot succeed. */
export const isRefused = (error: unknown): boolean =>
  error instanceof KubernetesApiError &&
  (error.status === 422 || error.status === 400 || error.status === 403);

/** Codes of errors with which no request has been sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * True if it is not known whether the API server has carried out the write, or still will: there was no answer, or one
 * of a server that stopped waiting or failed after it may have stored the object (Kubernetes API conventions, response
 * codes).
 */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof KubernetesApiError) return error.status >= 500 || error.status === 408;
  return !NOT_SENT.has(String((error as { readonly code?: unknown }).code));
}

/** Name of the missing namespace of a write. */
export const missingNamespace = (error: unknown): string | undefined =>
  error instanceof KubernetesApiError && error.status === 404 && error.body.details?.kind === 'namespaces'
    ? error.body.details.name
    : undefined;

/** The object has changed since it was read. */
export const isConflict = (error: unknown): boolean => hasReason(error, 'Conflict');
/** The API does not serve this kind of object: its definition is not installed. */
export const isUnknownKind = (error: unknown): boolean =>
  error instanceof KubernetesApiError && error.status === 404 && !error.body.details?.name;
