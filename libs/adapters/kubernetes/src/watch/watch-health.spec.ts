import { WatchHealth } from './watch-health';

it('names the watch that is silent for longer than its replacement may take, and why', () => {
  let now = 0;
  const health = new WatchHealth({ silentMs: 75_000, patienceMs: 15_000, now: () => now });
  const pods = health.open('/api/v1/pods');
  const nodes = health.open('/api/v1/nodes');
  now = 60_000;
  nodes.received();
  now = 90_000;
  expect(health.notReady()).toBeUndefined();
  pods.ended('silent', 'Body Timeout Error');
  now = 91_000;
  expect(health.notReady()).toBe('no data from the watch of /api/v1/pods for 91 s: Body Timeout Error');
  expect([health.longestSilenceMs(), health.ends('silent'), health.ends('failed')]).toEqual([91_000, 1, 0]);
  pods.received();
  expect(health.notReady()).toBeUndefined();
  pods.close();
  now = 200_000;
  expect(health.notReady()).toMatch(/^no data from the watch of \/api\/v1\/nodes for 140 s$/);
  nodes.close();
  expect([health.notReady(), health.longestSilenceMs()]).toEqual([undefined, 0]);
});
