import { Agent, request } from 'undici';

/** How a suite reaches the API server under test. */
export interface KubernetesUnderTest {
  readonly server: string;
  /** Credentials with full rights. */
  readonly headers: Readonly<Record<string, string>>;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Compacts the server's history, so that earlier watches expire; absent if that is not possible. */
  readonly forgetPast?: () => Promise<void>;
}

// Matchers check wire objects, so their type is left open on purpose.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Wire = any;

export interface Answer {
  readonly status: number;
  readonly body: Wire;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly type: string;
  readonly object: Wire;
}

/** An open watch: its events so far, and whether the server has ended it. */
export interface OpenWatch {
  readonly seen: readonly Seen[];
  readonly ended: boolean;
  close(): void;
}

/** Calls the API server at wire level; no status is thrown as an error. */
export class Wires {
  private readonly agent: Agent;
  private readonly watches: OpenWatch[] = [];

  constructor(private readonly target: KubernetesUnderTest) {
    const { ca, cert, key } = target;
    this.agent = new Agent({
      connect: { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) },
      bodyTimeout: 0,
    });
  }

  get = (path: string, options: CallOptions = {}): Promise<Answer> => this.call('GET', path, options);
  post = (path: string, body: unknown): Promise<Answer> => this.call('POST', path, { body });
  put = (path: string, body: unknown): Promise<Answer> => this.call('PUT', path, { body });
  remove = (path: string, body?: unknown): Promise<Answer> => this.call('DELETE', path, body ? { body } : {});
  patch = (path: string, kind: string, body: unknown): Promise<Answer> =>
    this.call('PATCH', path, {
      body,
      type: kind === 'apply' ? 'application/apply-patch+yaml' : `application/${kind}-patch+json`,
    });

  async call(
    method: string,
    path: string,
    { body, type, accept, headers }: CallOptions = {},
  ): Promise<Answer> {
    const { statusCode, body: received } = await request(this.target.server + path, {
      method: method as 'GET',
      dispatcher: this.agent,
      headers: {
        accept: accept ?? 'application/json',
        ...lowerCase(this.target.headers),
        ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...lowerCase(headers),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await received.text();
    return { status: statusCode, body: parsed(text) };
  }

  /** Opens a watch and collects its events until it is closed. */
  async watch(path: string, query: Readonly<Record<string, string>> = {}): Promise<OpenWatch> {
    const stop = new AbortController();
    const parameters = new URLSearchParams({ watch: 'true', ...query });
    const { statusCode, body } = await request(`${this.target.server}${path}?${parameters.toString()}`, {
      dispatcher: this.agent,
      headers: { accept: 'application/json', ...this.target.headers },
      signal: stop.signal,
    });
    if (statusCode !== 200) throw new Error(`watch ${path}: ${statusCode} ${await body.text()}`);
    const seen: Seen[] = [];
    const watch = { seen, ended: false, close: () => stop.abort() };
    void collect(body.setEncoding('utf8'), seen)
      .catch(() => undefined)
      .finally(() => {
        watch.ended = true;
      });
    this.watches.push(watch);
    return watch;
  }

  /** Ends every watch and connection. */
  async close(): Promise<void> {
    for (const watch of this.watches) watch.close();
    await this.agent.destroy();
  }
}

const lowerCase = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

async function collect(body: AsyncIterable<string>, seen: Seen[]): Promise<void> {
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') seen.push(JSON.parse(line) as Seen);
  }
}

function parsed(text: string): Wire {
  try {
    return JSON.parse(text) as Wire;
  } catch {
    return text;
  }
}
