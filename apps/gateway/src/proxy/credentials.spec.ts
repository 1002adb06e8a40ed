import { ownIssuers, withoutOwnCredentials } from './credentials';

const ISSUERS = ownIssuers('https://tessera.example/', ['https://login.example', 'https://other.example']);
const jwt = (claims: unknown): string =>
  [{ alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + '.c2lnbmF0dXJl';
const OURS = jwt({ iss: 'https://tessera.example', sub: 'ada' });
const THEIRS = jwt({ iss: 'https://models.example', sub: 'ada' });
const passed = (name: string, value: string) => withoutOwnCredentials(name, value, { issuers: ISSUERS });
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('credentials of the platform are never forwarded to a pod', () => {
  it.each([
    ['a token of the built-in issuer', 'authorization', `Bearer ${OURS}`],
    ['another spelling of the issuer', 'authorization', `Bearer ${jwt({ iss: 'https://tessera.example/' })}`],
    ['a token of a trusted issuer', 'authorization', `bearer   ${jwt({ iss: 'https://login.example' })}`],
    ['the token without a scheme', 'authorization', OURS],
    ['a second token behind a foreign one', 'authorization', `Bearer ${THEIRS}, Bearer ${OURS}`],
    ['an expired one', 'authorization', `Bearer ${jwt({ iss: 'https://tessera.example', exp: 1 })}`],
    ['a serving key', 'authorization', 'Bearer tsk-abcdef'],
    ['a serving key in the header of models', 'x-api-key', 'tsk-abcdef'],
    ['a token as a password', 'authorization', basic(`ada:${OURS}`)],
    ['a serving key as a password', 'authorization', basic('tsk-abc:')],
    ['a token offered as a websocket protocol', 'sec-websocket-protocol', `bearer.${OURS}`],
    ['a token with another spelling of its head', 'authorization', `Bearer ${OURS.replace(/^eyJ/, 'IHsi')}`],
    ['a serving key within something longer', 'x-key', 'key.tsk-abcdef'],
    ['a payload too long to be read', 'authorization', `Bearer ${jwt({ pad: 'x'.repeat(20_000) })}`],
  ])('%s', (_, name, value) => {
    expect(passed(name, value)).toBeUndefined();
  });

  it('of cookies, the one that holds it', () => {
    expect(passed('cookie', `session=1; token=${OURS}; theme=dark`)).toBe('session=1; theme=dark');
    expect(passed('cookie', `token=${OURS}`)).toBeUndefined();
  });
});

it('of websocket protocols, the one that holds a credential is not forwarded', () => {
  const value = 'realtime, openai-insecure-api-key.tsk-abc, v1.json';
  expect(passed('sec-websocket-protocol', value)).toBe('realtime, v1.json');
});

describe('credentials of the model owner are forwarded unchanged', () => {
  it.each([
    ['authorization', 'Bearer sk-live-123'],
    ['authorization', `Bearer ${THEIRS}`],
    ['authorization', basic('ada:secret')],
    ['authorization', 'Bearer eyJ.not json.x'],
    ['authorization', `Bearer ${jwt(null)}`],
    ['cookie', 'session=1; theme=dark'],
    ['x-api-key', 'my-key'],
    ['x-session', 'aGtsk-b9'],
    ['accept', 'text/plain'],
  ])('%s: %s', (name, value) => {
    expect(passed(name, value)).toBe(value);
  });
});

it('takes time in proportion to the head, whatever its content', () => {
  // Processor time of the quickest turn: what else runs on the machine does not count.
  const timeOf = (length: number): number => {
    const value = 'eyJ.eyJ.,'.repeat(length / 9);
    const turns = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      for (let turn = 0; turn < 50; turn += 1) passed('authorization', value);
      return process.cpuUsage(before).user;
    });
    return Math.max(100, Math.min(...turns));
  };
  timeOf(1_800);
  // Eight times the text: 64 times the time where it is quadratic.
  expect(timeOf(14_400)).toBeLessThan(40 * timeOf(1_800));
});
