import type { Server, Socket } from 'node:net';

/** What a client of HTTP/2 sends first (RFC 9113 §3.4); no method of HTTP/1.1 begins like it. */
const PREFACE = Buffer.from('PRI');

/** Servers without a port of their own, which get connections by the event `connection`. */
export interface Protocols {
  readonly http1: (socket: Socket) => void;
  readonly http2: (socket: Socket) => void;
}

/** Connections whose protocol is not known yet. */
export class FreshConnections {
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly protocols: Protocols,
    private readonly limitMs: number,
  ) {}

  /** Hands the connection on once its first bytes are in; ends it where they are not in time. */
  take(socket: Socket): void {
    const { protocols, sockets } = this;
    let seen: Buffer = Buffer.alloc(0);
    const limit = setTimeout(() => socket.destroy(), this.limitMs);
    const end = (): void => void socket.destroy();
    const leave = (): void => {
      clearTimeout(limit);
      sockets.delete(socket);
      socket.off('error', end).off('close', leave).off('end', end).off('readable', look);
    };
    const look = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const known = Math.min(seen.length, PREFACE.length);
      const isHttp2 = seen.subarray(0, known).equals(PREFACE.subarray(0, known));
      if (isHttp2 && known < PREFACE.length) return;
      leave();
      socket.unshift(seen);
      (isHttp2 ? protocols.http2 : protocols.http1)(socket);
    };
    sockets.add(socket);
    socket.on('error', end).on('close', leave).on('end', end).on('readable', look);
  }

  /** Ends the connections on which no request has begun. */
  end(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** Replaces how a server treats new connections; gives what it did before. */
export function interceptConnections(
  server: Server,
  accept: (socket: Socket) => void,
): (socket: Socket) => void {
  const [first] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', accept);
  return (socket) => first?.call(server, socket);
}
