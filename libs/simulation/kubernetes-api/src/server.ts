import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@tessera/platform-logging';
import { systemContext, type ApiContext } from './context';
import { ClaimProtection } from './controllers/claim-protection';
import { GarbageCollector } from './controllers/garbage-collector';
import { NamespaceController } from './controllers/namespaces';
import { selfSigned, type Certificate } from './http/certificate';
import { serveDiscovery, VERSION } from './http/discovery';
import { DualServer } from './http/dual-server';
import { Exchange } from './http/exchange';
import { serveCollection, serveObject, type ObjectServer } from './http/objects';
import { serveOpenapi } from './http/openapi';
import { isServedGroup, objectPath } from './http/path';
import { serveSubresource } from './http/subresources';
import type { WatchTiming } from './http/watch-stream';
import { create } from './operations/write';
import { knownResource } from './resources';
import { StatusError, unauthorized, unknownResource } from './status-error';
import { Store } from './store/store';

export interface ApiServerOptions {
  readonly host: string;
  /** 0 uses a free port. */
  readonly port: number;
  /** The only accepted bearer token. */
  readonly token: string;
  readonly logger: Logger;
  readonly timing?: Partial<WatchTiming>;
  readonly historySize?: number;
  /** The certificate of an earlier run, so that clients that know it still trust the server; generated when absent. */
  readonly certificate?: Certificate;
  /** Serves paths without a token, such as health and metrics; false for any other path. */
  readonly open?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

const TIMING: WatchTiming = { bookmarkMs: 30_000, defaultTimeoutMs: 45 * 60_000 };
const HISTORY_SIZE = 10_000;
const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The simulated Kubernetes API: everything in memory, lost when the process ends. */
export class ApiServer {
  readonly context: ApiContext;
  readonly certificate: Certificate;
  private readonly server: DualServer;
  private readonly objects: ObjectServer;
  private readonly tokenDigest: Buffer;

  constructor(private readonly options: ApiServerOptions) {
    const now = Date.now();
    // A later run starts above every version of an earlier one, so that clients see their versions as expired.
    const store = new Store({ firstRevision: now, historySize: options.historySize ?? HISTORY_SIZE });
    this.context = systemContext(store);
    this.objects = { context: this.context, timing: { ...TIMING, ...options.timing } };
    this.tokenDigest = digest(options.token);
    this.certificate =
      options.certificate ?? selfSigned([...new Set([options.host, '127.0.0.1', 'localhost'])], now);
    this.server = new DualServer(
      this.certificate,
      (request, response) => void this.answer(request, response),
    );
    new GarbageCollector(this.context);
    new NamespaceController(this.context);
    new ClaimProtection(this.context);
    for (const name of FIRST_NAMESPACES)
      create(this.context, knownResource('namespaces'), undefined, { metadata: { name } });
  }

  /** Opens the port; rejects when it is in use. */
  listen(setting: string): Promise<void> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.server.tcp.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(
                `Port ${port} on ${host} is in use; stop the process that listens there or set ${setting}`,
              )
            : error,
        ),
      );
      this.server.tcp.listen(port, host, resolve);
    });
  }

  get port(): number {
    const address = this.server.tcp.address();
    return typeof address === 'object' && address !== null ? address.port : this.options.port;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response);
    try {
      if (await this.options.open?.(request, response)) return;
      await this.route(exchange);
    } catch (error) {
      this.answerError(exchange, error);
    }
  }

  private answerError(exchange: Exchange, error: unknown): void {
    if (error instanceof StatusError) return exchange.sendError(error);
    this.options.logger.error({ err: error, path: exchange.url.pathname }, 'could not serve a request');
    exchange.sendError(new StatusError(500, 'InternalError', `Internal error occurred: ${String(error)}`));
  }

  private async route(exchange: Exchange): Promise<void> {
    const { pathname } = exchange.url;
    if (pathname === '/version') return exchange.sendFields(200, VERSION);
    if (['/healthz', '/livez', '/readyz'].includes(pathname)) return exchange.send(200, 'ok', 'text/plain');
    this.demandToken(exchange);
    const path = objectPath(pathname);
    if (path === undefined) {
      if (serveDiscovery(exchange, `${this.options.host}:${this.port}`) || serveOpenapi(exchange)) return;
      if (!isServedGroup(pathname)) return exchange.send(404, '404 page not found\n', 'text/plain');
      throw unknownResource();
    }
    if (path.name === undefined) return serveCollection(this.objects, exchange, path);
    if (path.subresource === undefined || (path.subresource === 'status' && path.resource.status))
      return serveObject(this.objects, exchange, path, path.name);
    return serveSubresource(this.context, exchange, path, path.name);
  }

  private demandToken({ request }: Exchange): void {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(given), this.tokenDigest)) throw unauthorized();
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
