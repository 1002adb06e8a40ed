import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Protocols } from '@tessera/platform-http';
import type { CertificateFiles } from './certificate-files';

/** Ends TLS on new connections and hands them on by the protocol that was negotiated (ALPN), HTTP/1.1 without one. */
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
    // As in servers of TLS alone: a client that leaves during the handshake holds no connection.
    socket.allowHalfOpen = false;
    socket.on('error', () => socket.destroy());
    server.emit('connection', socket);
  };
}
