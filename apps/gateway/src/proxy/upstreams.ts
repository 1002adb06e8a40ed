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

/** Keep-alive connections to the replicas, one pool per address. */
export class Upstreams {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly silence: Silence) {}

  get(address: string): Pool {
    const known = this.pools.get(address);
    if (known !== undefined) return known;
    const pool = new Pool(`http://${address}`, {
      connect: { timeout: CONNECT_MS },
      keepAliveTimeout: IDLE_MS,
      headersTimeout: this.silence.firstByteMs,
      bodyTimeout: this.silence.streamIdleMs,
    });
    this.pools.set(address, pool);
    return pool;
  }

  /** Lets requests in flight finish, then closes the connections of the address. */
  drop(address: string): void {
    void this.pools.get(address)?.close();
    this.pools.delete(address);
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}
