/** What the load process is to send, and how. */
export interface Order {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON without its last bracket; filled up to `bytes` where that is set. */
  readonly body: string;
  readonly bytes?: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second that are due whatever the answers do; absent: each connection sends the next after an answer. */
  readonly perSecond?: number;
}

/** What the load process measured. Times in ms. */
export interface Outcome {
  readonly requests: number;
  /** Requests before those that count. */
  readonly warmUp: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of streams: tokens that arrived, and how long each took. */
  readonly tokensPerSecond: number;
  readonly tokenP50Ms: number;
  readonly tokenP99Ms: number;
}
