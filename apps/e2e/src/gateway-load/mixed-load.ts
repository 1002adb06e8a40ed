import { ALIAS, CHAT_V2, KEYS } from './changes';
import {
  awaited,
  cancelled,
  chat,
  COMPLETIONS,
  LIMIT_MS,
  preflight,
  PREFIX,
  raw,
  sent,
  sentSecurely,
  sharedPrompt,
  streamed,
  uploaded,
  websocket,
  withKey,
  type Road,
} from './exchanges';
import { grpc, overHttp2, overHttp2Securely } from './http2-exchanges';

/** What became of the requests, by kind and outcome. */
export type Tally = Map<string, number>;

type Kind = (road: Road, random: () => number) => Promise<string>;

const WIDE = { path: COMPLETIONS, headers: withKey(KEYS.wide) };

/** Kinds of exchanges, each as often as it stands here. */
const KINDS: readonly (readonly [string, Kind])[] = [
  ['plain', (road) => sent(road, {})],
  ['model', (road) => sent(road, { ...WIDE, body: chat({ model: CHAT_V2.name }) })],
  ['alias', (road) => sent(road, { ...WIDE, body: chat({ model: ALIAS }) })],
  ['alias', (road) => sent(road, { ...WIDE, body: chat({ model: ALIAS }) })],
  ['stream', (road) => streamed(road, { asks: false })],
  ['stream', (road) => streamed(road, { ...WIDE, asks: false })],
  ['stream with usage', (road) => streamed(road, { ...WIDE, asks: true })],
  ['tight key', (road) => sent(road, { ...WIDE, headers: withKey(KEYS.tight) })],
  [
    'turning key',
    (road) => sent(road, { ...WIDE, headers: withKey(KEYS.turning), body: chat({ model: CHAT_V2.name }) }),
  ],
  ['shared prompt', (road, random) => sent(road, { body: sharedPrompt(random) })],
  ['shared prompt', (road, random) => sent(road, { ...WIDE, body: sharedPrompt(random) })],
  [
    'session',
    (road, random) => sent(road, { headers: { 'x-session-id': String(Math.floor(random() * 50)) } }),
  ],
  ['list', (road) => sent(road, { method: 'GET', path: '/v1/models', headers: withKey(KEYS.wide) })],
  ['head', (road) => sent(road, { method: 'HEAD', path: `${PREFIX}/` })],
  ['preflight', (road) => preflight(road)],
  ['awaited', (road) => awaited(road)],
  ['upload', (road) => uploaded(road)],
  ['cut upload', (road, random) => uploaded(road, random() * 0.99)],
  ['cancelled', (road, random) => cancelled(road, random() * 60)],
  ['unknown', (road) => sent(road, { path: '/nobody/nothing/' })],
  ['websocket', (road) => websocket(road)],
  ['http2', (road) => overHttp2(road)],
  ['tls', (road) => sentSecurely(road)],
  ['tls http2', (road) => overHttp2Securely(road)],
  ['grpc', (road) => grpc(road, false)],
  ['grpc', (road) => grpc(road, true)],
  ['half a head', ({ port }) => raw(port, `GET ${PREFIX}/ HTTP/1.1\r\nHost`)],
  ['garbage', ({ port }) => raw(port, '\x16\x03\x01\x02\0\x01\r\n\r\n')],
  ['half a handshake', ({ securePort }) => raw(securePort, '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03')],
];

/** Sends exchanges of all kinds, one after the other, until `until`; counts how they ended. */
export async function mixedLoad(
  road: Road,
  random: () => number,
  until: number,
  tally: Tally,
): Promise<void> {
  while (performance.now() < until) {
    const [name, kind] = KINDS[Math.floor(random() * KINDS.length)] ?? KINDS[0] ?? [];
    if (name === undefined || kind === undefined) return;
    const outcome = `${name}: ${await inTime(kind(road, random))}`;
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  }
}

/** Whatever becomes of an exchange, its caller goes on. */
async function inTime(exchange: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('hung'), 2 * LIMIT_MS);
  });
  try {
    return await Promise.race([exchange, late]);
  } finally {
    clearTimeout(timer);
  }
}
