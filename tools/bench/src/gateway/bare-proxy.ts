import { Agent, createServer, request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream';

/** The measure of all others: what anybody writes who needs a proxy in Node, and nothing more. */
const [port, upstream] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

const server = createServer((request, response) => {
  const { method, url: path, headers } = request;
  const forwarded = httpRequest(
    { agent, host: '127.0.0.1', port: upstream, method, path, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => undefined);
    },
  );
  forwarded.on('error', () => response.destroy());
  pipeline(request, forwarded, () => undefined);
});
process.once('SIGTERM', () => process.exit(0));
server.listen(port, '127.0.0.1');
