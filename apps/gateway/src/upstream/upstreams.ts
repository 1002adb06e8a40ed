import { Client, Pool, type Dispatcher } from 'undici';
import { Http2Upstream } from './http2-upstream';
import { TimeoutHandler, type ReplicaTimeouts } from './replica-timeouts';

export type { ReplicaTimeouts } from './replica-timeouts';

/** Connect timeout, ms. Short, because replicas are in the same network. */
const CONNECT_MS = 3_000;
/**
 * Idle timeout, ms. Shorter than that of common model servers (5 s), so that no connection is used while it is being
 * closed.
 */
const IDLE_MS = 4_000;
/**
 * How long a server must keep an idle connection open before its connections are reused for non-idempotent requests,
 * ms.
 */
export const PROBE_MS = 1_000;
/** Idle timeout of connections for non-idempotent requests, ms. */
const FRESH_MS = PROBE_MS / 4;
/** Idle timeout over HTTP/2, where servers announce that they close a connection, ms. */
const STREAMLESS_MS = 50;
/** {@link TimeoutHandler} applies the timeouts of replicas, so undici's are off. */
const TIMEOUTS = { connect: { timeout: CONNECT_MS }, headersTimeout: 0, bodyTimeout: 0 };

/** Whether a server keeps idle connections open for {@link PROBE_MS}, as far as that is known. */
type KeepAlive = 'unknown' | 'probing' | 'kept' | 'closed';

/** Sends requests to one replica. */
export type Upstream = Pick<Dispatcher, 'dispatch'>;

/** Which connections to a replica a request may use. */
export interface UpstreamOptions {
  /** HTTP/2 instead of HTTP/1.1. */
  readonly http2: boolean;
  /** Another port of the same pod; absent for that of the model server. */
  readonly port?: number | undefined;
  /** The request is idempotent and may be sent twice. */
  readonly repeatable: boolean;
}

/** Separates address and other port in the keys of connections. */
const OTHER_PORT = '#';

/** The address of another port of the same pod. */
export const addressAt = (address: string, port: number | undefined): string =>
  port === undefined ? address : address.replace(/:\d+$/, `:${port}`);

/** The connections to all replicas, by address. */
export class Upstreams {
  private readonly known = new Map<string, Connections>();

  constructor(private readonly timeouts: ReplicaTimeouts) {}

  get(address: string, { http2, port, repeatable }: UpstreamOptions): Upstream {
    const key = port === undefined ? address : `${address}${OTHER_PORT}${port}`;
    let connections = this.known.get(key);
    if (connections === undefined)
      this.known.set(key, (connections = new Connections(addressAt(address, port), this.timeouts)));
    if (http2) return connections.http2;
    return repeatable ? connections.kept : connections.fresh;
  }

  /** Lets requests in flight finish, then closes the connections of the address. */
  drop(address: string): void {
    for (const [key, connections] of this.known)
      if (key === address || key.startsWith(`${address}${OTHER_PORT}`)) {
        void connections.close();
        this.known.delete(key);
      }
  }

  /** Closes all connections immediately. */
  async close(): Promise<void> {
    const all = [...this.known.values()];
    this.known.clear();
    await Promise.all(all.map((connections) => connections.destroy()));
  }
}

/** The connections to one address, created when first needed. */
class Connections {
  private keptPool: KeptPool | undefined;
  private freshPool: FreshPool | undefined;
  private http2Upstream: Http2Upstream | undefined;

  constructor(
    private readonly address: string,
    private readonly timeouts: ReplicaTimeouts,
  ) {}

  get kept(): Upstream {
    return (this.keptPool ??= new KeptPool(this.address, this.timeouts));
  }

  get fresh(): Upstream {
    return (this.freshPool ??= new FreshPool(this.address, this.timeouts));
  }

  get http2(): Upstream {
    return (this.http2Upstream ??= new Http2Upstream(this.address, {
      connectMs: CONNECT_MS,
      idleMs: STREAMLESS_MS,
      silenceMs: Math.max(this.timeouts.firstByteMs, this.timeouts.streamIdleMs),
    }));
  }

  async close(): Promise<void> {
    this.http2Upstream?.close();
    await Promise.all([this.keptPool?.close(), this.freshPool?.close()]);
  }

  async destroy(): Promise<void> {
    this.http2Upstream?.destroy();
    await Promise.all([this.keptPool?.destroy(), this.freshPool?.destroy()]);
  }
}

/** Connections for idempotent requests. */
class KeptPool implements Upstream {
  private readonly pool: Pool;

  constructor(
    address: string,
    private readonly timeouts: ReplicaTimeouts,
  ) {
    this.pool = poolOf(address, IDLE_MS);
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.pool.dispatch(options, new TimeoutHandler(handler, options.body, this.timeouts));
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }
}

/**
 * Connections for requests that must not be sent twice. A request is lost where the server closes the idle connection
 * as the request is sent, and many servers do not announce their idle timeout. So each request gets a new connection,
 * until one idle connection has stayed open for {@link PROBE_MS}; from then on connections are reused for a quarter of
 * that time.
 */
class FreshPool implements Upstream {
  private readonly pool: Pool;
  private probe: Client | undefined;
  private keepAlive: KeepAlive = 'unknown';

  constructor(
    private readonly address: string,
    private readonly timeouts: ReplicaTimeouts,
  ) {
    this.pool = poolOf(address, FRESH_MS);
  }

  /** Starts after pending events were processed, so that a connection which the server has closed is not used. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const withTimeouts = new TimeoutHandler(handler, options.body, this.timeouts);
    setImmediate(() => {
      try {
        if (this.keepAlive === 'unknown') this.startProbe().dispatch(options, withTimeouts);
        else
          this.pool.dispatch(this.keepAlive === 'kept' ? options : { ...options, reset: true }, withTimeouts);
      } catch (error) {
        handler.onResponseError?.(undefined as never, error as Error);
      }
    });
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.probe?.close()]);
  }

  async destroy(): Promise<void> {
    await Promise.all([this.pool.destroy(), this.probe?.destroy()]);
  }

  /** A connection for a single request that is then left idle, to see whether the server keeps it open. */
  private startProbe(): Client {
    this.keepAlive = 'probing';
    const limits = { keepAliveTimeout: PROBE_MS, keepAliveMaxTimeout: PROBE_MS };
    const client = new Client(`http://${this.address}`, { ...TIMEOUTS, ...limits });
    client.on('disconnect', (_origin, _targets, error) => {
      this.keepAlive = keepAliveOf(error);
      this.probe = undefined;
      void client.destroy();
    });
    client.on('connectionError', () => (this.keepAlive = 'unknown'));
    this.probe = client;
    return client;
  }
}

/** The result of a probe by how its connection ended; `unknown` where its request failed. */
const keepAliveOf = ({ message, code }: Error & { readonly code?: string }): KeepAlive => {
  if (message === 'socket idle timeout') return 'kept';
  return message === 'other side closed' || code === 'ECONNRESET' ? 'closed' : 'unknown';
};

const poolOf = (address: string, idleMs: number): Pool =>
  new Pool(`http://${address}`, { ...TIMEOUTS, keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs });
