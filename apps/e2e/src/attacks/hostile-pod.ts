import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** A model server that gives configured answers and stores the requests it was sent. */
export class HostilePod {
  /** The first bytes of each connection: the head of a request. */
  readonly heads: string[] = [];
  /** What it sends back to a request. */
  answer = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nhostile';

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<HostilePod> {
    const server = createServer();
    const pod = new HostilePod(server);
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head) => {
        pod.heads.push(head.toString('latin1'));
        socket.end(pod.answer, 'latin1');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return pod;
  }

  /** `<ip>:<port>`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Values of a header over all requests, in lower case names. */
  received(name: string): readonly string[] {
    return this.heads.flatMap((head) =>
      head.split('\r\n').flatMap((line) => {
        const colon = line.indexOf(':');
        return line.slice(0, colon).toLowerCase() === name ? [line.slice(colon + 1).trim()] : [];
      }),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
