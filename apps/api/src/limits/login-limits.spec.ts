import { HttpError } from '@tessera/platform-http';
import { LoginLimits } from './login-limits';

const HERE = '203.0.113.1';
const THERE = '198.51.100.1';

function limits(perMinute = 120) {
  let now = 1_000_000;
  let wall = 1_700_000_000_000;
  const clock = { now: () => wall, elapsedMs: () => now };
  const under = new LoginLimits(perMinute, clock);
  /** Seconds to wait, or 0 for a login that was checked. */
  const attempt = (address: string, name: string | undefined, good: boolean): number => {
    try {
      const admitted = under.admit({ address, name });
      if (good) admitted.succeeded();
      else admitted.failed();
      return 0;
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== 429) throw error;
      return Number(error.headers['retry-after']);
    }
  };
  return { under, attempt, advance: (ms: number) => (now += ms), step: (ms: number) => (wall += ms) };
}
const repeated = <T>(times: number, one: (turn: number) => T): T[] =>
  Array.from({ length: times }, (_unused, turn) => one(turn));

it('doubles the wait of a client with each failure from one address, up to five minutes', () => {
  const { attempt, advance } = limits(0);
  expect(repeated(5, () => attempt(HERE, 'app', false))).toEqual([0, 0, 0, 0, 0]);
  const waits = repeated(11, () => {
    const wait = attempt(HERE, 'app', false);
    advance(wait * 1000);
    expect(attempt(HERE, 'app', false)).toBe(0);
    return wait;
  });
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

it.each([3_600_000, -3_600_000])(
  'keeps a block and ends it in time when the wall clock steps by %d ms',
  (ms) => {
    const { attempt, advance, step } = limits(0);
    repeated(6, () => attempt(HERE, 'app', false));
    const wait = attempt(HERE, 'app', true);
    expect(wait).toBeGreaterThan(0);
    step(ms);
    expect(attempt(HERE, 'app', true)).toBe(wait);
    advance(wait * 1000);
    expect(attempt(HERE, 'app', true)).toBe(0);
  },
);

it('starts again after a success, and after a quarter of an hour without failures', () => {
  const { attempt, advance } = limits(0);
  repeated(4, () => attempt(HERE, 'app', false));
  attempt(HERE, 'app', true);
  expect(repeated(5, () => attempt(HERE, 'app', false))).toEqual([0, 0, 0, 0, 0]);
  advance(16 * 60_000);
  expect(repeated(5, () => attempt(HERE, 'app', false))).toEqual([0, 0, 0, 0, 0]);
});

it('does not lock out a client at its known address', () => {
  const { attempt } = limits();
  attempt(HERE, 'app', true);
  repeated(500, (turn) => attempt(`192.0.2.${turn % 250}`, 'app', false));
  expect(attempt(HERE, 'app', true)).toBe(0);
  expect(attempt('192.0.2.251', 'app', true)).toBeGreaterThan(0);
});

it('blocks a client at a new address for at most half a minute', () => {
  const { attempt, advance } = limits();
  for (let turn = 0; turn < 60; turn += 1) {
    attempt(`192.0.2.${turn}`, 'app', false);
    advance(31_000);
  }
  attempt('192.0.2.61', 'app', false);
  expect(attempt(THERE, 'app', true)).toBeLessThanOrEqual(30);
  advance(30_000);
  expect(attempt(THERE, 'app', true)).toBe(0);
});

it('limits the failures a minute of an address, whatever names it tries, and of no other address', () => {
  const { attempt, advance } = limits(10);
  expect(repeated(10, (turn) => attempt(HERE, `name-${turn}`, false))).toEqual(repeated(10, () => 0));
  expect(attempt(HERE, 'another', false)).toBe(6);
  expect(attempt(THERE, 'other', true)).toBe(0);
  advance(6_000);
  expect(attempt(HERE, 'another', false)).toBe(0);
});

it('admits a client at its known address, although the address has used up its failures', () => {
  const { attempt } = limits(10);
  attempt(HERE, 'app', true);
  repeated(50, (turn) => attempt(HERE, `name-${turn}`, false));
  expect(attempt(HERE, 'app', true)).toBe(0);
});

it('counts all addresses of one IPv6 network as one', () => {
  const { attempt } = limits(10);
  repeated(10, (turn) => attempt(`2001:db8:1:2::${turn + 1}`, `name-${turn}`, false));
  expect(attempt('2001:db8:1:2:ffff::9', 'another', false)).toBeGreaterThan(0);
  expect(attempt('2001:db8:1:3::1', 'another', false)).toBe(0);
});

it('limits refresh tokens by their address only', () => {
  const { attempt } = limits(10);
  repeated(10, () => attempt(HERE, undefined, false));
  expect(attempt(HERE, undefined, false)).toBeGreaterThan(0);
  expect(attempt(THERE, undefined, false)).toBe(0);
});

it('checks eight logins of an address at once, and counts none without an outcome', () => {
  const { under, attempt } = limits(8);
  const held = repeated(8, (turn) => under.admit({ address: HERE, name: `name-${turn}` }));
  expect(attempt(HERE, 'ninth', true)).toBe(1);
  expect(attempt(THERE, 'ninth', true)).toBe(0);
  for (const one of held) one.done();
  expect(repeated(8, (turn) => attempt(HERE, `name-${turn}`, false))).toEqual(repeated(8, () => 0));
});

it('checks eight logins of a client id at once from unknown addresses', () => {
  const { under, attempt } = limits();
  attempt(HERE, 'app', true);
  const held = repeated(8, (turn) => under.admit({ address: `192.0.2.${turn}`, name: 'app' }));
  expect(attempt('192.0.2.9', 'app', false)).toBe(1);
  expect(attempt('192.0.2.9', 'other', true)).toBe(0);
  expect(attempt(HERE, 'app', true)).toBe(0);
  for (const one of held) one.done();
  expect(attempt('192.0.2.9', 'app', false)).toBe(0);
});

it('keeps the failures of a client however many unknown names are tried', () => {
  const { attempt } = limits(0);
  repeated(6, () => attempt(HERE, 'app', false));
  repeated(15_000, (turn) => attempt(`10.0.${turn % 250}.${turn % 249}`, `name-${turn}`, false));
  expect(attempt(HERE, 'app', true)).toBeGreaterThan(0);
});
