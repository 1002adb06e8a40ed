import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

export interface SchedulerClientOptions {
  /** Address of the scheduler that serves the cluster. */
  readonly urlOf: (clusterId: string) => string;
  /** Issues the API's own token for that scheduler; the API has authorised the caller. */
  readonly token: (clusterId: string) => Promise<string>;
}

/** Longest time to the first byte of a response, ms. */
const LIMIT_MS = 20_000;

/** HTTP client of the scheduler of a cluster. */
export class SchedulerClient {
  constructor(private readonly options: SchedulerClientOptions) {}

  /** The parsed response; 503 where the scheduler is unreachable or serves another cluster. */
  async json<T>(clusterId: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.send(clusterId, path, body)).json()) as T;
  }

  /** The body as a stream. The cluster's 400 or 404 for an unknown pod or container is passed on. */
  async text(clusterId: string, path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.send(clusterId, path, undefined, signal);
    if (body === null) throw unavailable('the scheduler responded without a body');
    return body;
  }

  private async send(
    clusterId: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    const { urlOf, token } = this.options;
    const waiting = new AbortController();
    const limit = setTimeout(() => waiting.abort(new Error(`no answer within ${LIMIT_MS} ms`)), LIMIT_MS);
    let response: Response;
    try {
      response = await fetch(`${urlOf(clusterId).replace(/(?<!\/)\/+$/, '')}/internal/v1/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${await token(clusterId)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? waiting.signal : AbortSignal.any([waiting.signal, signal]),
        // Follow no redirect: the token must not reach another address.
        redirect: 'error',
      });
    } catch (error) {
      throw unavailable(`the scheduler cannot be reached: ${(error as Error).message}`);
    } finally {
      clearTimeout(limit);
    }
    if (response.status === 200) return response;
    const said = (await response.json().catch(() => ({}))) as { message?: string; details?: string };
    const { status } = response;
    if (status === 400 || ((status === 404 || status === 409) && said.details !== undefined))
      throw new HttpError(status, said.message ?? ERRORS[status].message, said.details);
    if (status === 404)
      throw unavailable(
        'no scheduler of this cluster is known; TESSERA_CLUSTER_SCHEDULERS names those of single clusters',
      );
    throw unavailable(`the scheduler answered ${status} ${said.message ?? ''}`.trim());
  }
}

const unavailable = (why: string): HttpError => new HttpError(503, ERRORS[503].message, why);
