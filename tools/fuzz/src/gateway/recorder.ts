import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readRequest, type RawRequest } from './rfc9112';

/** What a pod was sent. */
export interface Recorded {
  readonly workload: string;
  readonly request: RawRequest;
  /** Its end has not arrived. */
  readonly partial: boolean;
}

/** Stands in everything that a client sends for one connection, so that it is recognised wherever it turns up. */
export const MARKER = /m\d{7}/;

/** A model server that records what reaches it, byte by byte, and answers with what it got. */
export class Recorder {
  /** Requests by marker; those without one are under the empty text. */
  readonly requests = new Map<string, Recorded[]>();
  /** What no server should have to read. */
  readonly malformed: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly workload: string) {
    this.server = createServer((socket) => this.serve(socket));
  }

  listen(): Promise<string> {
    return new Promise((resolve) =>
      this.server.listen(0, '127.0.0.1', () =>
        resolve(`127.0.0.1:${(this.server.address() as AddressInfo).port}`),
      ),
    );
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: Socket): void {
    let bytes = '';
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      const reading = readRequest(bytes, 0, 'plain');
      if (reading.kind === 'more' && reading.request !== undefined) this.record(reading.request, true);
    });
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      for (;;) {
        const reading = readRequest(bytes, 0, 'plain');
        if (reading.kind === 'more') return;
        if (reading.kind === 'bad') {
          this.malformed.push(`${reading.why} in ${JSON.stringify(bytes.slice(0, 400))}`);
          bytes = '';
          return void socket.destroy();
        }
        bytes = bytes.slice(reading.end);
        this.record(reading.request, false);
        socket.write(this.answerTo(reading.request));
      }
    });
  }

  private record(request: RawRequest, partial: boolean): void {
    const marker = MARKER.exec(request.target)?.[0] ?? '';
    const known = this.requests.get(marker) ?? [];
    known.push({ workload: this.workload, request, partial });
    this.requests.set(marker, known);
  }

  private answerTo({ method, target }: RawRequest): string {
    const body = JSON.stringify({ workload: this.workload, target });
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    return method === 'HEAD' ? head : head + body;
  }
}
