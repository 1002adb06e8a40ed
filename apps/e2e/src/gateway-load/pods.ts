import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { StubCluster } from '@tessera/testing-services/stub-cluster';

const TOKENS = 20;
const TOKEN_EVERY_MS = 5;
const USAGE = { prompt_tokens: 5, completion_tokens: TOKENS, total_tokens: TOKENS + 5 };
/** Most pods of the workload, and of them those that never go, so that requests find one. */
const MOST = 6;
const LASTING = 2;

/** The pods of one workload, which come and go. */
export class ComingAndGoing {
  private readonly pods = new Map<string, Server>();
  private made = 0;

  constructor(
    private readonly cluster: StubCluster,
    private readonly workload: { readonly name: string; readonly id: string },
  ) {}

  /** Adds a pod, or takes one away: with its connections cut, or only after its requests. */
  async change(random: () => number): Promise<void> {
    const names = [...this.pods.keys()];
    if (names.length < MOST && (names.length <= LASTING || random() < 0.5)) return this.add();
    const [name] = names.slice(LASTING);
    if (name !== undefined) this.remove(name, random() < 0.5);
  }

  async add(): Promise<void> {
    this.made += 1;
    // Names come back, as those of replicas do; the series of a name stay for minutes.
    const name = this.free();
    const server = modelServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.pods.set(name, server);
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.cluster.addPod(this.workload, { name, uid: `pod-${this.made}`, address });
  }

  removeAll(): void {
    for (const name of [...this.pods.keys()]) this.remove(name, true);
  }

  private free(): string {
    for (let index = 0; ; index += 1) {
      const name = `${this.workload.name}-${index}`;
      if (!this.pods.has(name)) return name;
    }
  }

  private remove(name: string, cut: boolean): void {
    const server = this.pods.get(name);
    this.pods.delete(name);
    this.cluster.removePod(name);
    server?.close();
    if (cut) server?.closeAllConnections();
  }
}

function modelServer(): Server {
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  server.on('upgrade', (request, socket: Duplex) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined);
  const body = await text(request);
  if (!body.includes('"stream":true')) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ length: body.length, usage: USAGE }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const next = (left: number): void => {
    if (response.destroyed) return;
    if (left === 0) return void response.end('data: [DONE]\n\n');
    response.write(`data: {"choices":[{"index":0,"delta":{"content":"${left}"}}]}\n\n`);
    setTimeout(() => next(left - 1), TOKEN_EVERY_MS);
  };
  next(TOKENS);
}
