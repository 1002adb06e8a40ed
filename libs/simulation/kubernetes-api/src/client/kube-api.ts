import type { Fields } from '../wire/json';
import type { KubeObject } from '../wire/objects';

/** An unsuccessful response of the API server; `code` is the HTTP status, `reason` that of the Status object. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === 'AlreadyExists';
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.code === 409;
/** Whether the server rejects the body; also a patch that names another uid. */
export const isInvalid = (error: unknown): boolean => error instanceof ApiError && error.code === 422;
export const isExpired = (error: unknown): boolean => error instanceof ApiError && error.code === 410;

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

export interface ListAnswer {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

export type PatchKind = 'merge' | 'strategic-merge' | 'json';

/** The API client interface of the kubelets and controllers; failures are {@link ApiError}. */
export interface KubeApi {
  get(path: string): Promise<KubeObject>;
  list(path: string): Promise<ListAnswer>;
  create(path: string, body: Fields): Promise<KubeObject>;
  replace(path: string, body: Fields): Promise<KubeObject>;
  patch(path: string, body: unknown, kind?: PatchKind): Promise<KubeObject>;
  remove(path: string, options?: Fields): Promise<Fields>;
  /** Yields the events of a watch until the server ends it or the signal is aborted. */
  watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent>;
  close(): void;
}
