import { endsSoon } from './expiry';

const MINUTE = 60_000;

it.each([
  ['an hour', 60, 54, false],
  ['an hour', 60, 55, true],
  ['five minutes', 5, 3.9, false],
  ['five minutes', 5, 4, true],
])('a session of %s (%d min) ends soon after %d min: %s', (_, minutes, after, soon) => {
  const session = { token: 't', name: 'n', beganAt: 0, expiresAt: minutes * MINUTE };
  expect(endsSoon(session, after * MINUTE)).toBe(soon);
});
