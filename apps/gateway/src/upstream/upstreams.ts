import { Client, Pool, type Dispatcher } from 'undici';
import { Http2Upstream } from './http2-upstream';
import { ListeningHandler, type Silence } from './silence';

export type { Silence } from './silence';

/** Connect timeout of a replica, ms: it is in the same network or absent. */
const CONNECT_MS = 3_000;
/** Idle timeout, shorter than that of common model servers (5 s), so that no connection is used while it closes, ms. */
const IDLE_MS = 4_000;
/** How long a connection of a server stayed open without a request before it is used for requests again, ms. */
export const PATIENCE_MS = 1_000;
/** The idle timeout for requests that must not be sent twice, ms; a new connection costs a round trip. */
const FRESH_MS = PATIENCE_MS / 4;
/** The same over HTTP/2, whose servers announce the end of a connection. */
const STREAMLESS_MS = 50;
/** The silence of replicas is limited by {@link ListeningHandler}. */
const TIMES = { connect: { timeout: CONNECT_MS }, headersTimeout: 0, bodyTimeout: 0 };

/** How long a server keeps idle connections, as far as one was observed. */
type Patience = 'unknown' | 'observed' | 'patient' | 'early';

/** Sends requests to one replica. */
export type Upstream = Pick<Dispatcher, 'dispatch'>;

/** How a replica is asked: over HTTP/1.1, or over HTTP/2; and whether the request may be sent twice. */
export interface Manner {
  readonly http2: boolean;
  /** Another port of the same pod; absent for that of the model server. */
  readonly port?: number | undefined;
  readonly repeatable: boolean;
}

/** Between the address of a replica and another port of it, in the name of its connections. */
const OTHER_PORT = '#';

/** The address of another port of the same pod. */
export const addressAt = (address: string, port: number | undefined): string =>
  port === undefined ? address : address.replace(/:\d+$/, `:${port}`);

/** Connections to the replicas, by address. */
export class Upstreams {
  private readonly known = new Map<string, Connections>();

  constructor(private readonly silence: Silence) {}

  get(address: string, { http2, port, repeatable }: Manner): Upstream {
    const key = port === undefined ? address : `${address}${OTHER_PORT}${port}`;
    let connections = this.known.get(key);
    if (connections === undefined)
      this.known.set(key, (connections = new Connections(addressAt(address, port), this.silence)));
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

  /** Ends all connections at once. */
  async close(): Promise<void> {
    const all = [...this.known.values()];
    this.known.clear();
    await Promise.all(all.map((connections) => connections.destroy()));
  }
}

/** Those to one address, made when needed. */
class Connections {
  private keptPool: KeptPool | undefined;
  private freshPool: FreshPool | undefined;
  private http2Upstream: Http2Upstream | undefined;

  constructor(
    private readonly address: string,
    private readonly silence: Silence,
  ) {}

  get kept(): Upstream {
    return (this.keptPool ??= new KeptPool(this.address, this.silence));
  }

  get fresh(): Upstream {
    return (this.freshPool ??= new FreshPool(this.address, this.silence));
  }

  get http2(): Upstream {
    return (this.http2Upstream ??= new Http2Upstream(this.address, {
      connectMs: CONNECT_MS,
      idleMs: STREAMLESS_MS,
      silenceMs: Math.max(this.silence.firstByteMs, this.silence.streamIdleMs),
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

/** For requests that may be sent twice. */
class KeptPool implements Upstream {
  private readonly pool: Pool;

  constructor(
    address: string,
    private readonly silence: Silence,
  ) {
    this.pool = poolOf(address, IDLE_MS);
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.pool.dispatch(options, new ListeningHandler(handler, options.body, this.silence));
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }
}

/**
 * For requests that must not be sent twice. A server that closes an idle connection while a request is on its way loses
 * the request, and many close without announcing when. So each request has a new connection until one was seen to stay
 * open for {@link PATIENCE_MS}; from then on connections are used again for a quarter of that.
 */
class FreshPool implements Upstream {
  private readonly pool: Pool;
  private observer: Client | undefined;
  private patience: Patience = 'unknown';

  constructor(
    private readonly address: string,
    private readonly silence: Silence,
  ) {
    this.pool = poolOf(address, FRESH_MS);
  }

  /** Sends it after what has arrived was read, so that a connection that the server has closed is not used. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const listening = new ListeningHandler(handler, options.body, this.silence);
    setImmediate(() => {
      try {
        if (this.patience === 'unknown') this.observe().dispatch(options, listening);
        else
          this.pool.dispatch(this.patience === 'patient' ? options : { ...options, reset: true }, listening);
      } catch (error) {
        handler.onResponseError?.(undefined as never, error as Error);
      }
    });
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.observer?.close()]);
  }

  async destroy(): Promise<void> {
    await Promise.all([this.pool.destroy(), this.observer?.destroy()]);
  }

  /** A connection for one request, which then stays open without another one. */
  private observe(): Client {
    this.patience = 'observed';
    const limits = { keepAliveTimeout: PATIENCE_MS, keepAliveMaxTimeout: PATIENCE_MS };
    const client = new Client(`http://${this.address}`, { ...TIMES, ...limits });
    client.on('disconnect', (_origin, _targets, error) => {
      this.patience = patienceOf(error);
      this.observer = undefined;
      void client.destroy();
    });
    client.on('connectionError', () => (this.patience = 'unknown'));
    this.observer = client;
    return client;
  }
}

/** What the end of the observed connection shows; nothing where the client or the server ended its request. */
const patienceOf = ({ message, code }: Error & { readonly code?: string }): Patience => {
  if (message === 'socket idle timeout') return 'patient';
  return message === 'other side closed' || code === 'ECONNRESET' ? 'early' : 'unknown';
};

const poolOf = (address: string, idleMs: number): Pool =>
  new Pool(`http://${address}`, { ...TIMES, keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs });
