import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes HTTP on to another port, and loses answers: their sender has carried out the request, and the caller does not learn of it. */
export class LossyRelay {
  /** Answers that were lost, and that were passed on, of requests to paths with that end. */
  readonly lost: string[] = [];
  readonly passed: string[] = [];
  private readonly server = createServer((request, response) => {
    const { method, url = '/', headers } = request;
    const sent = httpRequest({ host: '127.0.0.1', port: this.port, method, path: url, headers }, (answer) => {
      const counts = url.endsWith(this.pathEnd) && answer.statusCode === 200;
      if (counts && this.lost.length < this.most) {
        this.lost.push(url);
        answer.resume();
        return void request.socket.destroy();
      }
      if (counts) this.passed.push(url);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      return void answer.pipe(response);
    });
    sent.on('error', () => request.socket.destroy());
    request.pipe(sent);
  });

  /** Loses the first so many answers of success to requests whose path ends so. */
  constructor(
    private readonly port: number,
    private readonly pathEnd: string,
    private readonly most: number,
  ) {}

  listen(): Promise<string> {
    return new Promise((resolve) =>
      this.server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`),
      ),
    );
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
