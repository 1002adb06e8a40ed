import { hasEnded } from './watch';

describe('a pod of the recording has ended', () => {
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  it.each([
    ['while it runs', {}, 'Running', false],
    ['once it succeeded', {}, 'Succeeded', true],
    ['once it failed', {}, 'Failed', true],
    [
      'while its containers may still stop',
      { deletionTimestamp, deletionGracePeriodSeconds: 30 },
      'Running',
      false,
    ],
    [
      'once kubelet has confirmed its end and only a finalizer keeps it',
      { deletionTimestamp, deletionGracePeriodSeconds: 0 },
      'Running',
      true,
    ],
  ])('%s', (_when, metadata, phase, ended) => expect(hasEnded(metadata, { phase })).toBe(ended));
});
