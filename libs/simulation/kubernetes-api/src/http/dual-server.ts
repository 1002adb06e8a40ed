import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Certificate } from './certificate';

/** First byte of a TLS handshake record. */
const TLS_HANDSHAKE = 0x16;

/** One port for HTTP and HTTPS: kubectl sends its token over TLS only, plain HTTP is faster for all other clients. */
export class DualServer {
  readonly tcp: TcpServer;
  private readonly plain: Server;
  private readonly secure: Server;
  private readonly sockets = new Set<Socket>();

  constructor(certificate: Certificate, listener: RequestListener) {
    const options = { keepAliveTimeout: 60_000, requestTimeout: 0 };
    this.plain = createHttpServer(options, listener);
    this.secure = createHttpsServer({ ...options, ...certificate }, listener);
    this.tcp = createTcpServer({ noDelay: true, pauseOnConnect: false }, (socket) => this.accept(socket));
  }

  /** Ends every connection; long watches do not end by themselves. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.tcp.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? this.secure : this.plain).emit('connection', socket);
    });
  }
}
