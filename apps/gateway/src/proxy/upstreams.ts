import { Pool } from 'undici';

/** Connect timeout of a replica, ms: it is in the same network or absent. */
const CONNECT_MS = 3_000;
/** Idle timeout, shorter than that of common model servers (5 s), so that no connection is used while it closes, ms. */
const IDLE_MS = 4_000;
/** Longest silence of a replica, ms. Long prompts take minutes. */
export interface Silence {
  /** Before the head of its response. */
  readonly firstByteMs: number;
  /** Between two parts of its response. */
  readonly streamIdleMs: number;
}

/** Between the address of a replica and another port of it, in the name of a pool. */
const OTHER_PORT = '#';

/** The address of another port of the same pod. */
export const addressAt = (address: string, port: number | undefined): string =>
  port === undefined ? address : address.replace(/:\d+$/, `:${port}`);

/** Keep-alive connections to the replicas, one pool per address. */
export class Upstreams {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly silence: Silence) {}

  /** `port`: another one of the same pod. */
  get(address: string, port?: number): Pool {
    const key = port === undefined ? address : `${address}${OTHER_PORT}${port}`;
    const known = this.pools.get(key);
    if (known !== undefined) return known;
    const pool = new Pool(`http://${addressAt(address, port)}`, {
      connect: { timeout: CONNECT_MS },
      keepAliveTimeout: IDLE_MS,
      headersTimeout: this.silence.firstByteMs,
      bodyTimeout: this.silence.streamIdleMs,
    });
    this.pools.set(key, pool);
    return pool;
  }

  /** Lets requests in flight finish, then closes the connections of the address. */
  drop(address: string): void {
    for (const [key, pool] of this.pools)
      if (key === address || key.startsWith(`${address}${OTHER_PORT}`)) {
        void pool.close();
        this.pools.delete(key);
      }
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}
