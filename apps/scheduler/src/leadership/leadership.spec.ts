import { silentLogger } from '@tessera/platform-logging';
import { Leadership, type LeadershipDependencies } from './leadership';

/** A scheduler whose steps are recorded; `epoch` is what the election yields. */
function recorded(epoch: number | undefined, more: Partial<LeadershipDependencies> = {}) {
  const steps: string[] = [];
  const step = (name: string) => async () => void steps.push(name);
  let leading = false;
  const dependencies: LeadershipDependencies = {
    known: { read: step('read workloads') },
    view: { start: step('start view'), refresh: step('refresh view'), stop: step('stop view') },
    election: {
      lead: async () => {
        steps.push('lead');
        leading = epoch !== undefined;
        return epoch;
      },
      get leading() {
        return leading;
      },
      release: step('release lease'),
    },
    fence: { raise: async (raised) => void steps.push(`raise fence to ${raised}`) },
    prepare: step('prepare'),
    loops: ['first', 'second'].map((name) => ({
      name,
      start: step(`start ${name}`),
      stop: step(`stop ${name}`),
    })),
    onLost: () => undefined,
    logger: silentLogger,
    ...more,
  };
  return { leadership: new Leadership(dependencies), steps, loseLease: () => (leading = false) };
}

describe('a scheduler', () => {
  it('has a view before it applies for the lease, and starts its loops once it holds it', async () => {
    const { leadership, steps } = recorded(7);
    await leadership.lead();
    expect(steps).toEqual([
      'read workloads',
      'start view',
      'lead',
      'raise fence to 7',
      'read workloads',
      'refresh view',
      'prepare',
      'start first',
      'start second',
    ]);
    expect(leadership.leading).toBe(true);
  });

  it('that stops as a standby starts no loop', async () => {
    const { leadership, steps } = recorded(undefined);
    await leadership.lead();
    expect(steps).toEqual(['read workloads', 'start view', 'lead']);
    expect(leadership.leading).toBe(false);
  });

  it('stops its loops in reverse before it releases the lease, and its view last', async () => {
    const { leadership, steps } = recorded(7);
    await leadership.lead();
    steps.length = 0;
    await leadership.stop();
    expect(steps).toEqual(['stop second', 'stop first', 'release lease', 'stop view']);
  });

  it('releases the lease although a loop could not be stopped', async () => {
    const failing = {
      name: 'failing',
      start: () => undefined,
      stop: () => Promise.reject(new Error('the database is gone')),
    };
    const { leadership, steps } = recorded(7, { loops: [failing] });
    await leadership.lead();
    steps.length = 0;
    await leadership.stop();
    expect(steps).toEqual(['release lease', 'stop view']);
  });

  it('does not lead once the lease is lost, though its loops still run', async () => {
    const { leadership, loseLease } = recorded(7);
    await leadership.lead();
    loseLease();
    expect(leadership.leading).toBe(false);
  });
});
