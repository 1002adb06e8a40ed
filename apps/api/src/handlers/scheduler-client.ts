import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

export interface SchedulerClientOptions {
  /** Address of the scheduler that serves the cluster. */
  readonly urlOf: (clusterId: string) => string;
  /** A token of ours for that scheduler; the caller's rights were checked here. */
  readonly token: (clusterId: string) => Promise<string>;
}

/** Longest time the first byte of an answer may take, ms. */
const LIMIT_MS = 20_000;

/** Asks the scheduler of a cluster over HTTP. */
export class SchedulerClient {
  constructor(private readonly options: SchedulerClientOptions) {}

  /** The parsed answer; 503 where the scheduler cannot be reached or does not know its cluster. */
  async json<T>(clusterId: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.send(clusterId, path, body)).json()) as T;
  }

  /** The body as it comes. What the cluster says of a pod or container that is not there is handed on as 400 or 404. */
  async text(clusterId: string, path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.send(clusterId, path, undefined, signal);
    if (body === null) throw unavailable('the scheduler answered without a body');
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
        // The token is for this address; a redirect could take it to another.
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
