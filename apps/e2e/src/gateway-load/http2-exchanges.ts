import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { PROJECT } from '@tessera/testing-services/stub-cluster';
import { KEYS, RPC } from './changes';
import { chat, COMPLETIONS, LIMIT_MS, withKey, type Road } from './exchanges';

const CHAT_HEADERS = {
  ':method': 'POST',
  ':path': COMPLETIONS,
  'content-type': 'application/json',
  ...withKey(KEYS.wide),
};
const GRPC_HEADERS = {
  ':method': 'POST',
  ':path': '/tessera.Echo/Chat',
  'content-type': 'application/grpc',
  te: 'trailers',
  'x-tessera-workload': `${PROJECT}/${RPC.name}`,
};
/** A message of gRPC of five bytes. */
const MESSAGE = Buffer.from('\0\0\0\0\x05hello', 'latin1');

/** What begins streams in a session, and says how it went by calling `end` once. */
type Use = (
  open: (headers: OutgoingHttpHeaders) => ClientHttp2Stream,
  end: (outcome: string) => void,
) => void;

/** Uses a session of its own. */
function session(url: string, use: Use): Promise<string> {
  return new Promise((resolve) => {
    const all: ClientHttp2Session = connect(url, { rejectUnauthorized: false });
    const limit = setTimeout(() => end('hung'), LIMIT_MS);
    const end = (outcome: string): void => {
      clearTimeout(limit);
      resolve(outcome);
      all.destroy();
    };
    all.on('error', () => end('broken'));
    all.on('close', () => end('broken'));
    use((headers) => all.request(headers).on('error', () => undefined), end);
  });
}

/** A few streams over one connection, one of them cancelled. */
const chats: Use = (open, end) => {
  const first = open(CHAT_HEADERS);
  first.end(chat({ stream: true }));
  first.once('data', () => first.close());
  const last = open(CHAT_HEADERS);
  last.end(chat());
  last.on('response', (headers) => {
    last.resume();
    last.once('end', () => end(String(headers[':status'])));
  });
  last.on('close', () => end('broken'));
};

export const overHttp2 = ({ port }: Road): Promise<string> => session(`http://127.0.0.1:${port}`, chats);

export const overHttp2Securely = ({ securePort }: Road): Promise<string> =>
  session(`https://127.0.0.1:${securePort}`, chats);

/** A call with two messages, whose status counts; cut off after the first with `leaves`. */
export const grpc = ({ port }: Road, leaves: boolean): Promise<string> =>
  session(`http://127.0.0.1:${port}`, (open, end) => {
    const call = open(GRPC_HEADERS);
    let status = 'broken';
    // Where there is no message, the status comes with the head.
    call.on('response', (headers) => (status = String(headers['grpc-status'] ?? status)));
    call.on('trailers', (trailers) => (status = String(trailers['grpc-status'])));
    call.once('data', () => (leaves ? call.close() : call.end(MESSAGE)));
    call.on('close', () => end(leaves ? 'left' : status));
    call.resume();
    call.write(MESSAGE);
  });
