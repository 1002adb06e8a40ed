import { idleMs, idleText, isIdle } from './idle';

const HOUR = 3_600_000;

describe('an hour of a workload', () => {
  it.each([
    ['no request', { requests: 0 }, true],
    ['a request', { requests: 1 }, false],
    ['no request but a busy device', { requests: 0, utilisation: 40 }, false],
    ['a request on a quiet device', { requests: 3, utilisation: 0 }, false],
    ['no request on a quiet device', { requests: 0, utilisation: 1 }, true],
    ['a quiet device, requests unknown', { utilisation: 4.9 }, true],
    ['a device at the bound', { utilisation: 5 }, false],
    ['nothing measured', {}, undefined],
  ])('with %s', (_what, activity, idle) => {
    expect(isIdle(activity, 5)).toBe(idle);
  });
});

describe('a workload that holds GPUs', () => {
  const now = 100 * HOUR;
  it.each([
    ['never used: idle since it holds them', { since: 10 * HOUR, measuredHours: 90 }, 90 * HOUR],
    ['used once: idle since then', { since: 10 * HOUR, lastActive: 40 * HOUR, measuredHours: 60 }, 60 * HOUR],
    [
      'used before it was given the present ones',
      { since: 50 * HOUR, lastActive: 40 * HOUR, measuredHours: 50 },
      50 * HOUR,
    ],
    ['never measured: not known', { since: 10 * HOUR, measuredHours: 0 }, undefined],
    ['used in this hour', { since: 10 * HOUR, lastActive: now, measuredHours: 1 }, undefined],
  ])('%s', (_what, workload, idle) => {
    expect(idleMs({ milliGpu: 500, ...workload }, now)).toBe(idle);
  });

  it('is described in days, or in hours where it is less than two', () => {
    expect(idleText('chat', 500, 9 * 24 * HOUR + 5 * HOUR)).toBe(
      'Workload chat holds 0.5 GPU and has had no work for 9 days.',
    );
    expect(idleText('chat', 2000, 47 * HOUR)).toBe(
      'Workload chat holds 2 GPU and has had no work for 47 hours.',
    );
  });
});
