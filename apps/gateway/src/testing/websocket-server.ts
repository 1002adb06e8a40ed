import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';

/** Accepts any websocket and sends every byte back; RFC 6455 §4.2.2 for the key. */
export function websocketServer(): Server {
  return createServer((_, response) => void response.writeHead(426).end('websocket only')).on(
    'upgrade',
    (request, socket) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.on('error', () => undefined);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Accept: ${accept}\r\nX-Path: ${request.url}\r\n\r\n`,
      );
      socket.pipe(socket);
    },
  );
}
