import { Agent, createServer, request as send, type RequestOptions } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { kubeconfigConnection } from '@tessera/simulation-kubelets';
import { selfSigned, writeKubeconfig } from '@tessera/simulation-kubernetes-api';
import type { Draw } from '../plan/draw';
import { statusBody, treat, type Injection, type Treatment } from './injection';

const HOST = '127.0.0.1';
/** How long after the end of its connection a late write is executed, ms. */
const LATE_MS = 300;

export interface FaultProxyOptions {
  /** Kubeconfig of the API server behind it; it may be written later. */
  readonly behind: string;
  /** Where the kubeconfig for the client of this proxy is written. */
  readonly kubeconfig: string;
  readonly draw: Draw;
  /** Called with the body of each creation of a pod that is forwarded. */
  readonly onPod: (namespace: string, name: string) => void;
}

interface Upstream {
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

/** Stands between one client and the API server, and forwards what no fault affects. */
export class FaultProxy {
  private readonly injections = new Set<Injection>();
  private readonly watches = new Set<{ readonly answer: ServerResponse; frozen: boolean }>();
  private upstream: Promise<Upstream> | undefined;

  private constructor(
    private readonly options: FaultProxyOptions,
    private readonly server: Server,
  ) {}

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const certificate = selfSigned([HOST], Date.now());
    const server = createServer(certificate);
    const proxy = new FaultProxy(options, server);
    server.on('request', (request, response) => {
      proxy.take(request, response).catch(() => response.destroy());
    });
    server.listen(0, HOST);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { cert } = certificate;
    // The proxy has the credentials; it takes whatever its client sends.
    writeKubeconfig(options.kubeconfig, { server: `https://${HOST}:${port}`, token: 'storm', cert });
    return proxy;
  }

  /** Puts a fault in force and returns what ends it. */
  inject(injection: Injection): () => void {
    this.injections.add(injection);
    return () => this.injections.delete(injection);
  }

  /** Ends every open watch, without a word. */
  dropWatches(): void {
    for (const { answer } of this.watches) answer.destroy();
  }

  /** Open watches stay open and report nothing any more. */
  freezeWatches(): void {
    for (const watch of this.watches) watch.frozen = true;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    (await this.upstream?.catch(() => undefined))?.agent.destroy();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const body = await buffer(request);
    const treatment = treat({ method, url }, [...this.injections], () => this.options.draw.between(1, 100));
    if (treatment.do === 'answer') return answer(response, treatment);
    if (treatment.do === 'expire') return expire(response);
    if (treatment.do === 'execute-late') {
      response.destroy();
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    }
    this.notice(method, url, body);
    const from = await this.forward(request, body);
    if (treatment.do === 'pass') return this.passBack(url, from, response);
    await buffer(from);
    if (treatment.do === 'time-out')
      answer(response, { status: 504, reason: 'Timeout', message: 'request did not complete' });
    else response.destroy();
  }

  private async forward(request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { server, headers, agent } = await this.behind();
    const { host: _host, authorization: _token, connection: _hop, ...own } = request.headers;
    const options: RequestOptions = {
      ...{ agent, method: request.method ?? 'GET', host: server.hostname, port: server.port },
      ...{ path: request.url ?? '/', headers: { ...own, ...headers } },
    };
    const out = send(options);
    out.end(body);
    const [answered] = (await once(out, 'response')) as [IncomingMessage];
    return answered;
  }

  private passBack(url: string, from: IncomingMessage, response: ServerResponse): void {
    response.writeHead(from.statusCode ?? 502, from.headers);
    response.flushHeaders();
    if (!/[?&]watch=(true|1)/.test(url)) {
      from.on('error', () => response.destroy());
      from.pipe(response);
      return;
    }
    const watch = { answer: response, frozen: false };
    this.watches.add(watch);
    from.on('data', (chunk: Buffer) => {
      if (!watch.frozen) response.write(chunk);
    });
    from.on('end', () => {
      if (!watch.frozen) response.end();
    });
    from.on('error', () => {
      if (!watch.frozen) response.destroy();
    });
    response.on('close', () => {
      this.watches.delete(watch);
      from.destroy();
    });
  }

  private notice(method: string, url: string, body: Buffer): void {
    const namespace =
      method === 'POST' ? /^\/api\/v1\/namespaces\/([^/]+)\/pods(\?|$)/.exec(url)?.[1] : undefined;
    if (namespace === undefined) return;
    const pod = JSON.parse(body.toString()) as { readonly metadata?: { readonly name?: string } };
    this.options.onPod(namespace, pod.metadata?.name ?? '');
  }

  private behind(): Promise<Upstream> {
    const { behind } = this.options;
    if (!existsSync(behind)) throw new Error(`${behind} is not written yet`);
    this.upstream ??= kubeconfigConnection(behind).then(({ server, headers, tls }) => ({
      server: new URL(server),
      headers,
      agent: new Agent({ ...tls, keepAlive: true }),
    }));
    return this.upstream;
  }
}

function answer(
  response: ServerResponse,
  { status, reason, message }: Pick<Treatment & { do: 'answer' }, 'status' | 'reason' | 'message'>,
): void {
  const retry = status === 429 ? { 'retry-after': '1' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...retry });
  response.end(statusBody(status, reason, message));
}

function expire(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const object = JSON.parse(statusBody(410, 'Expired', 'too old resource version')) as object;
  response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
}
