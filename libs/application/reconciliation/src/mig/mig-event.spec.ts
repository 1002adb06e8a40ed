import type { Repartition } from '@tessera/domain-mig';
import { migEvent } from './mig-event';

const draining: Repartition = {
  config: 'all-1g.5gb',
  phase: 'Draining',
  message: 'Waiting for 1 pod to leave: a',
  startedAt: 1000,
  since: 1000,
  cordoned: true,
  attempts: 0,
  deploy: {},
};
const step = (phase: Repartition['phase'], since: number, message = 'words'): Repartition => ({
  ...draining,
  phase,
  since,
  message,
});

describe('the event of a change of geometry', () => {
  it.each([
    ['begins', undefined, draining, 'Normal MigDraining all-1g.5gb: Waiting for 1 pod to leave: a'],
    ['waits for other pods', draining, { ...draining, message: 'b' }, undefined],
    ['continues', draining, step('Applying', 2000), 'Normal MigApplying all-1g.5gb: words'],
    [
      'is stuck a second time',
      step('Recovering', 2000),
      step('Recovering', 3000),
      'Warning MigRecovering all-1g.5gb: words',
    ],
    [
      'goes back',
      step('Applying', 2000),
      step('RollingBack', 3000),
      'Warning MigRollingBack all-1g.5gb: words',
    ],
    ['fails', step('Applying', 2000), step('Failed', 3000), 'Warning MigFailed all-1g.5gb: words'],
    ['succeeds', step('Applying', 2000), step('Succeeded', 3000), 'Normal MigSucceeded all-1g.5gb: words'],
    ['is refused', undefined, step('Refused', 1000), 'Warning MigRefused all-1g.5gb: words'],
    [
      'is refused for another reason',
      step('Refused', 1000),
      step('Refused', 2000, 'other'),
      'Warning MigRefused all-1g.5gb: other',
    ],
    ['is withdrawn', draining, null, 'Normal MigWithdrawn The change to all-1g.5gb was withdrawn.'],
    ['never existed', undefined, null, undefined],
  ])('that %s', (_what, before, after, reported) => {
    const event = migEvent(before, after);
    expect(event && `${event.type} ${event.reason} ${event.message}`).toBe(reported);
  });

  it('has one key per step', () => {
    const keys = [
      migEvent(undefined, draining),
      migEvent(draining, step('Applying', 2000)),
      migEvent(draining, step('Applying', 3000)),
      migEvent(draining, null),
    ].map((event) => event?.key);
    expect(new Set(keys).size).toBe(4);
    expect(migEvent(undefined, { ...draining })?.key).toBe(keys[0]);
  });
});
