import { createSecureContext, type ConnectionOptions, type SecureContextOptions } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { maybe } from '@tessera/kernel';
import { Pool } from 'undici';
import { inCallSpan } from './call-span';
import { KubernetesApiError, type StatusObject } from './errors';
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
/** Timeout of a call about leases, ms: it has to be repeated within the renew deadline. */
const LEASE_TIMEOUT_MS = 2_000;
const LEASES = '/apis/coordination.k8s.io/';

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

  /** With a role, a call outside its permissions fails before it is sent. */
  constructor(
    private readonly kubeConfig: KubeConfig,
    private readonly role?: ClusterRole,
  ) {
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
        isLease ? LEASE_TIMEOUT_MS : CALL_TIMEOUT_MS,
        isLease ? this.leases : this.pool,
      );
      onStatus(statusCode);
      const text = await body.text();
      if (statusCode > 299) throw new KubernetesApiError(statusCode, method, path, parseStatus(text));
      return JSON.parse(text) as T;
    });
  }

  /** Streams the events of a watch until the server ends it or the signal is aborted. */
  async *watch(path: string, query: Query, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const { statusCode, body } = await this.send(
      'GET',
      path,
      { query: { ...query, watch: true }, signal },
      0,
      this.streams,
    );
    if (statusCode > 299)
      throw new KubernetesApiError(statusCode, 'GET', path, parseStatus(await body.text()));
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
    const { statusCode, body } = await this.send('GET', path, { query, signal }, 0, this.streams);
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
    timeoutMs: number,
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
      headersTimeout: timeoutMs === 0 ? CALL_TIMEOUT_MS : timeoutMs,
      bodyTimeout: timeoutMs,
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
): KubernetesConnection {
  const kubeConfig = new KubeConfig();
  if (kubeconfigFile === undefined) kubeConfig.loadFromCluster();
  else kubeConfig.loadFromFile(kubeconfigFile);
  return new KubernetesConnection(kubeConfig, role);
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
