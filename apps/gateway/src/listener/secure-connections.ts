import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Protocols } from '@tessera/platform-http';
import type { CertificateFiles } from './certificate-files';

/** Terminates TLS on new connections and serves them by the protocol negotiated with ALPN, else as HTTP/1.1. */
export function secureConnections(
  files: CertificateFiles,
  protocols: Protocols,
  handshakeMs: number,
): (socket: Socket) => void {
  const server = createServer(
    {
      ...files.current,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: handshakeMs,
      minVersion: 'TLSv1.2',
    },
    (socket) => (socket.alpnProtocol === 'h2' ? protocols.http2 : protocols.http1)(socket),
  );
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  files.watch((certificate) => server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' }));
  return (socket) => {
    // As in Node's TLS servers: the connection of a client that disconnects during the handshake is closed.
    socket.allowHalfOpen = false;
    socket.on('error', () => socket.destroy());
    server.emit('connection', socket);
  };
}
