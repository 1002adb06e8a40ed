import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { type Fields, fieldsOf, type KubeObject } from '@tessera/simulation-kubernetes-api/wire';
import {
  ApiError,
  type KubeApi,
  type ListAnswer,
  type PatchKind,
  type WatchEvent,
} from '@tessera/simulation-kubernetes-api/client';
import type { Connection } from './connection';

/** Longest silence of the server during a call, ms, once connected; watches may be silent. */
const CALL_TIMEOUT_MS = 30_000;

/**
 * Concurrent calls. One process acts for a thousand kubelets: with a connection for each it would get nearly all of a
 * small API server, which serves connections equally.
 */
const CALLS = 8;
/** Concurrent heartbeats: kubelets have a separate connection for them, so that they wait for no other call. */
const HEARTBEATS = 4;

/**
 * A thin client of the Kubernetes API: paths in, JSON out. The same code talks to the simulated API and to a real one;
 * failures are {@link ApiError}.
 */
export class KubeClient implements KubeApi {
  private readonly calls: HttpAgent;
  private readonly heartbeats: HttpAgent;
  private readonly watches: HttpAgent;
  private readonly secure: boolean;

  constructor(private readonly connection: Connection) {
    this.secure = connection.server.startsWith('https:');
    const agent = (maxSockets: number): HttpAgent => {
      const options = { keepAlive: true, maxSockets, scheduling: 'lifo' as const };
      return this.secure ? new HttpsAgent({ ...options, ...connection.tls }) : new HttpAgent(options);
    };
    this.calls = agent(CALLS);
    this.heartbeats = agent(HEARTBEATS);
    this.watches = agent(Infinity);
  }

  get(path: string): Promise<KubeObject> {
    return this.call('GET', path) as Promise<KubeObject>;
  }

  list(path: string): Promise<ListAnswer> {
    return this.call('GET', path) as Promise<unknown> as Promise<ListAnswer>;
  }

  create(path: string, body: Fields): Promise<KubeObject> {
    return this.call('POST', path, body) as Promise<KubeObject>;
  }

  replace(path: string, body: Fields): Promise<KubeObject> {
    return this.call('PUT', path, body) as Promise<KubeObject>;
  }

  patch(path: string, body: unknown, kind: PatchKind = 'merge'): Promise<KubeObject> {
    return this.call('PATCH', path, body, `application/${kind}-patch+json`) as Promise<KubeObject>;
  }

  remove(path: string, options: Fields = {}): Promise<Fields> {
    return this.call('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', ...options });
  }

  /** Yields the events of a watch until the server ends it or the signal is aborted. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const answer = await this.open('GET', path, undefined, {}, { agent: this.watches, signal });
    if (answer.statusCode !== 200) throw errorFrom(answer.statusCode ?? 0, await textOf(answer));
    for await (const line of createInterface({ input: answer, crlfDelay: Infinity }))
      if (line !== '') yield JSON.parse(line) as WatchEvent;
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of [this.calls, this.heartbeats, this.watches]) agent.destroy();
  }

  private async call(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Fields> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    const agent = path.includes('/leases') ? this.heartbeats : this.calls;
    const answer = await this.open(method, path, text, headers, { agent, timeout: CALL_TIMEOUT_MS });
    const received = await textOf(answer);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw errorFrom(status, received);
    return fieldsOf(JSON.parse(received));
  }

  private open(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string | number>,
    way: Pick<RequestOptions, 'agent' | 'signal' | 'timeout'>,
  ): Promise<IncomingMessage> {
    const options: RequestOptions = {
      method,
      headers: { accept: 'application/json', ...this.connection.headers, ...headers },
      ...way,
    };
    const url = new URL(path, this.connection.server);
    return new Promise((resolve, reject) => {
      const request = (this.secure ? httpsRequest : httpRequest)(url, options, resolve);
      request.once('error', reject);
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no response in time`)));
      request.end(body);
    });
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function errorFrom(code: number, text: string): ApiError {
  try {
    const { reason, message } = fieldsOf(JSON.parse(text));
    return new ApiError(code, String(reason ?? ''), String(message ?? text));
  } catch {
    return new ApiError(code, '', text.slice(0, 500));
  }
}
