import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '@tessera/platform-http';

/** The response of a path, built again for each request. */
export type Page = (body: string) => string | { readonly status: number; readonly text: string };

/** A server on loopback: an exporter, a key set, or a stand-in for the HTTP API of Prometheus. */
export class PageServer {
  private constructor(private readonly server: Server) {}

  static async start(pages: Readonly<Record<string, Page>>): Promise<PageServer> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const answer = pages[request.url ?? '']?.(body) ?? { status: 404, text: '' };
        // Prometheus 3 takes no page whose type it does not know.
        response.setHeader('content-type', 'text/plain; version=0.0.4');
        if (typeof answer === 'string') response.end(answer);
        else response.writeHead(answer.status).end(answer.text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PageServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return closeServer(this.server, 0);
  }
}
