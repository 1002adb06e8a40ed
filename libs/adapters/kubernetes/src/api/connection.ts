import { createSecureContext, type ConnectionOptions, type SecureContextOptions } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { maybe } from '@tessera/kernel';
import { Pool } from 'undici';
import { inCallSpan } from './call-span';
import { KubernetesApiError, type StatusObject } from './errors';
import { WatchHealth } from '../watch/watch-health';
import { clusterCall, isPermitted, isPublic, type ClusterRole } from './permissions';

type ConnectOptions = Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized' | 'servername'>;
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** Media type of the body; JSON unless it is a patch. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long credentials are cached, ms: in-cluster tokens rotate hourly. */
const CREDENTIALS_MS = 60_000;

/** Timeout of an ordinary call, ms. */
const CALL_TIMEOUT_MS = 15_000;
/** How long a watch may be silent by default, ms: API servers send bookmarks about each minute. */
const WATCH_SILENCE_MS = 75_000;
/** Timeout of a call about leases, ms: it has to be repeated within the renew deadline. */
const LEASE_TIMEOUT_MS = 2_000;
const LEASES = '/apis/coordination.k8s.io/';

/** Longest waits for the head of an answer and between two parts of its body, ms; 0 is without a limit. */
interface Limits {
  readonly headersMs: number;
  readonly bodyMs: number;
}
const CALL_LIMITS: Limits = { headersMs: CALL_TIMEOUT_MS, bodyMs: CALL_TIMEOUT_MS };
const LEASE_LIMITS: Limits = { headersMs: LEASE_TIMEOUT_MS, bodyMs: LEASE_TIMEOUT_MS };
const ENDLESS: Limits = { headersMs: CALL_TIMEOUT_MS, bodyMs: 0 };

/** Limits of watches. */
export interface WatchOptions {
  /** Time without an event or a bookmark after which a watch fails, ms. */
  readonly watchSilenceMs?: number;
  /** Time that its replacement may take before readiness reports it, ms; default that of a call. */
  readonly watchPatienceMs?: number;
}

/**
 * A connection to one Kubernetes API. Addresses and credentials come from the official client's KubeConfig (files,
 * in-cluster account, exec plugins); calls go over a keep-alive pool and speak plain wire JSON, so that list, watch and
 * write all see the same shapes (the typed client turns dates into objects in some of them only).
 */
export class KubernetesConnection {
  private readonly pool: Promise<Pool>;
  /** Pool for logs and watches, which stay open for hours and would block ordinary calls. */
  private readonly streams: Promise<Pool>;
  /** Pool for leases: a renewal must not wait behind our own writes. */
  private readonly leases: Promise<Pool>;
  private headers: { readonly value: Record<string, string>; readonly at: number } | undefined;
  /** When its watches last received data. */
  readonly watches: WatchHealth;

  /**
   * With a role, a call outside its permissions fails before it is sent. A watch that receives nothing for
   * `watchSilenceMs` fails, and its TCP connection is closed.
   */
  constructor(
    private readonly kubeConfig: KubeConfig,
    private readonly role?: ClusterRole,
    { watchSilenceMs = WATCH_SILENCE_MS, watchPatienceMs = CALL_TIMEOUT_MS }: WatchOptions = {},
  ) {
    this.watches = new WatchHealth({
      silentMs: watchSilenceMs,
      patienceMs: watchPatienceMs,
      now: () => performance.now(),
    });
    const connect = this.connectOptions();
    this.pool = this.openPool(96, connect);
    this.streams = this.openPool(null, connect);
    this.leases = this.openPool(2, connect);
  }

  /** Address of the API server. */
  get server(): string {
    return this.cluster().server;
  }

  /** One call; resolves with the parsed body, rejects with {@link KubernetesApiError} on any status above 299. */
  async request<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options: RequestOptions = {},
  ): Promise<T> {
    return inCallSpan(this.cluster().server, method, path, async (headers, onStatus) => {
      const isLease = path.startsWith(LEASES);
      const { statusCode, body } = await this.send(
        method,
        path,
        { ...options, headers: { ...options.headers, ...headers } },
        isLease ? LEASE_LIMITS : CALL_LIMITS,
        isLease ? this.leases : this.pool,
      );
      onStatus(statusCode);
      const text = await body.text();
      if (statusCode > 299) throw new KubernetesApiError(statusCode, method, path, parseStatus(text));
      return JSON.parse(text) as T;
    });
  }

  /**
   * Streams the events of a watch until the server ends it or the signal is aborted. Rejects, and closes its TCP
   * connection, once nothing was received for the longest silence. `onAnswer` is called when the server accepts it.
   */
  async *watch(
    path: string,
    query: Query,
    signal: AbortSignal,
    onAnswer: () => void = () => undefined,
  ): AsyncGenerator<WatchEvent> {
    const { statusCode, body } = await this.send(
      'GET',
      path,
      { query: { ...query, watch: true }, signal },
      { headersMs: CALL_TIMEOUT_MS, bodyMs: this.watches.silentMs },
      this.streams,
    );
    if (statusCode > 299)
      throw new KubernetesApiError(statusCode, 'GET', path, parseStatus(await body.text()));
    onAnswer();
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.length > 0) yield JSON.parse(line) as WatchEvent;
    }
  }

  /** Streams a body that is not JSON, such as a log; rejects like {@link KubernetesConnection.request}. */
  async stream(path: string, query: Query, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { statusCode, body } = await this.send('GET', path, { query, signal }, ENDLESS, this.streams);
    if (statusCode > 299)
      throw new KubernetesApiError(statusCode, 'GET', path, parseStatus(await body.text()));
    return body as AsyncIterable<Buffer>;
  }

  async close(): Promise<void> {
    for (const pool of [this.pool, this.streams, this.leases]) await (await pool).destroy();
  }

  private async send(
    method: string,
    path: string,
    options: RequestOptions,
    { headersMs, bodyMs }: Limits,
    through: Promise<Pool>,
  ) {
    this.assertPermitted(method, path, options.query?.['watch'] === true);
    const pool = await through;
    const headers: Record<string, string> = {
      ...options.headers,
      ...(await this.authorisation()),
      accept: 'application/json, */*',
    };
    if (options.body !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
    return pool.request({
      method: method as 'GET',
      path: path + queryString(options.query),
      headers,
      headersTimeout: headersMs,
      bodyTimeout: bodyMs,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...maybe('signal', options.signal),
    });
  }

  private assertPermitted(method: string, path: string, watch: boolean): void {
    if (this.role === undefined || isPublic(method, path)) return;
    const call = clusterCall(method, path, watch);
    if (isPermitted(this.role, call)) return;
    const { verb, resource, apiGroup } = call;
    const what = `${verb} ${resource}${apiGroup === '' ? '' : `.${apiGroup}`}`;
    throw new Error(
      `The ${this.role} may not ${what}: add it to its permissions (permissions.ts) if it should`,
    );
  }

  private cluster() {
    const cluster = this.kubeConfig.getCurrentCluster();
    if (cluster === null) throw new Error('The kubeconfig has no current cluster; set current-context in it');
    return cluster;
  }

  private async openPool(connections: number | null, connect: Promise<ConnectOptions>): Promise<Pool> {
    return new Pool(this.cluster().server, {
      connections,
      connect: await connect,
      keepAliveTimeout: 30_000,
    });
  }

  /** Certificates are parsed once: to parse them for each connection costs more than the handshake. */
  private async connectOptions(): Promise<ConnectOptions> {
    const https: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> & ConnectOptions = {};
    await this.kubeConfig.applyToHTTPSOptions(https as never);
    const { ca, cert, key, rejectUnauthorized, servername } = https;
    return {
      secureContext: createSecureContext({
        ...maybe('ca', ca),
        ...maybe('cert', cert),
        ...maybe('key', key),
      }),
      ...maybe('rejectUnauthorized', rejectUnauthorized),
      ...maybe('servername', servername),
    };
  }

  private async authorisation(): Promise<Record<string, string>> {
    if (this.headers === undefined || performance.now() - this.headers.at > CREDENTIALS_MS) {
      const https: { headers?: Record<string, string>; auth?: string } = {};
      await this.kubeConfig.applyToHTTPSOptions(https as never);
      const value = { ...https.headers };
      if (https.auth !== undefined)
        value['authorization'] = `Basic ${Buffer.from(https.auth).toString('base64')}`;
      this.headers = { value, at: performance.now() };
    }
    return this.headers.value;
  }
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/** Connects with a kubeconfig file, else with the in-cluster account. With a role, only its permissions are allowed. */
export function connectKubernetes(
  kubeconfigFile: string | undefined,
  role?: ClusterRole,
  options: WatchOptions = {},
): KubernetesConnection {
  const kubeConfig = new KubeConfig();
  if (kubeconfigFile === undefined) kubeConfig.loadFromCluster();
  else kubeConfig.loadFromFile(kubeconfigFile);
  return new KubernetesConnection(kubeConfig, role, options);
}

function queryString(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parseStatus(text: string): StatusObject {
  try {
    return JSON.parse(text) as StatusObject;
  } catch {
    return { message: text.slice(0, 500) };
  }
}
