import type { Answer, OperationId } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import { ROUTES } from 'virtual:routes';
import { ApiError, OfflineError } from './api-error';
import { fieldsOf, ofApi, stringIn } from './json';

export { ApiError, OfflineError } from './api-error';

/** Body of the successful answer of an operation. */
export type BodyOf<O extends OperationId> =
  Extract<Answer<O>, { readonly status: 200 | 201 | 202 | 207 }> extends { readonly body: infer B }
    ? B
    : undefined;

type Value = string | number | boolean | undefined;

/** What a call sends: parameters of the path, of the query (lists are joined by commas), and a body. */
export interface Call {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, Value | readonly string[]>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The path and query of an operation, on the origin that served the page. */
export function addressOf(operation: OperationId, { params = {}, query = {} }: Call = {}): string {
  const [, path] = ROUTES[operation];
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : String(value)]],
    ),
  ).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

/** Operations that need no session. */
const OPEN: readonly OperationId[] = ['grant_token'];

/** Calls operations of the API with the token of the session, and knows since when it does not answer. */
export class ApiClient {
  private lost: number | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly token: () => string | undefined,
    /** Called when the API does not accept the token any more, and before a call whose session has ended. */
    private readonly onSignedOut: () => void,
    /** A call that has no answer after so long is given up, ms; the API answers 503 before. */
    private readonly limitMs = 35_000,
  ) {}

  /** Since when no call was answered, ms; undefined while calls are. */
  lostSince = (): number | undefined => this.lost;

  /** `watcher` is called when that changes; returns what ends it. */
  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** The body of the answer; throws {@link ApiError} or {@link OfflineError}. */
  async call<O extends OperationId>(operation: O, call: Call = {}): Promise<BodyOf<O>> {
    const limit = AbortSignal.timeout(this.limitMs);
    const signal = call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]);
    try {
      const response = await this.send(operation, { ...call, signal }, 'application/json');
      const text = await response.text();
      return ofApi<BodyOf<O>>(text);
    } catch (error) {
      if (!limit.aborted || call.signal?.aborted === true) throw error;
      this.answers(false);
      throw new OfflineError();
    }
  }

  /** The answer as it is, for streams and tables. */
  async send(operation: OperationId, call: Call = {}, accept = '*/*'): Promise<Response> {
    const token = this.token();
    if (token === undefined && !OPEN.includes(operation)) {
      this.onSignedOut();
      throw new ApiError(401, 'The session has ended. Sign in again.');
    }
    const { body, signal } = call;
    const response = await fetch(addressOf(operation, call), {
      method: ROUTES[operation][0],
      headers: {
        accept,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...maybe('signal', signal),
    }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      this.answers(false);
      throw new OfflineError();
    });
    this.answers(true);
    if (response.ok) return response;
    if (response.status === 401 && token !== undefined) this.onSignedOut();
    throw await refusalOf(response);
  }

  private answers(does: boolean): void {
    if (does === (this.lost === undefined)) return;
    this.lost = does ? undefined : Date.now();
    for (const watcher of this.watchers) watcher();
  }
}

async function refusalOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { message, details } = fieldsOf(text);
    return new ApiError(response.status, stringIn(message) ?? response.statusText, stringIn(details));
  } catch {
    return new ApiError(response.status, `${response.status} ${response.statusText}`, text.slice(0, 500));
  }
}
