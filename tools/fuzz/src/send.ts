import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

export type Received =
  | {
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
      readonly ms: number;
    }
  | { readonly failed: string; readonly ms: number };

/** A followed stream has no end, so only its beginning is read. */
const STREAM_MS = 500;
const isStream = (headers: IncomingHttpHeaders): boolean =>
  headers['content-length'] === undefined &&
  /^text\/(plain|event-stream)/.test(headers['content-type'] ?? '');

/** Sends requests as they are over connections that stay open. */
export class Sender {
  private readonly agent: Agent;

  constructor(
    private readonly base: string,
    connections: number,
    private readonly limitMs: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send({ method, path, headers, body }: Sent): Promise<Received> {
    const began = performance.now();
    const { hostname, port } = new URL(this.base);
    const took = (): number => Math.round(performance.now() - began);
    return new Promise((resolve) => {
      const fail = (why: string): void => resolve({ failed: why, ms: took() });
      // Node leaves the length out where a method has no body as a rule.
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const full = 'transfer-encoding' in headers ? headers : { ...length, ...headers };
      const sent = request({ agent: this.agent, hostname, port, method, path, headers: full }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', (error) => fail(error.message));
        const done = (): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString('utf8'),
            ms: took(),
          });
        response.on('end', done);
        if (isStream(response.headers)) setTimeout(() => (done(), response.destroy()), STREAM_MS).unref();
      });
      sent.setTimeout(this.limitMs, () => sent.destroy(new Error(`no answer within ${this.limitMs} ms`)));
      sent.on('error', (error) => fail(error.message));
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
