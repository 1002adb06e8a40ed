import type { Activity } from '@tessera/domain-usage';
import { measureActivity, type ActivityStore, type WorkloadHour } from './activity';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const hour = (hoursAgo: number): WorkloadHour => ({
  workloadId: `w-${hoursAgo}`,
  namespace: 'n',
  hour: NOW - hoursAgo * HOUR,
});

type Saved = readonly [string, Activity & { readonly idle: boolean | undefined }];

/** Measures these hours and returns what was stored. */
async function measured(
  hours: readonly WorkloadHour[],
  measure: (of: WorkloadHour) => Promise<Activity>,
  signal = new AbortController().signal,
): Promise<{ readonly saved: readonly Saved[]; readonly from: number }> {
  const saved: Saved[] = [];
  let from = NaN;
  const store: ActivityStore = {
    unmeasured: async (since) => {
      from = since;
      return hours;
    },
    save: async ({ workloadId }, activity) => void saved.push([workloadId, activity]),
  };
  await measureActivity(store, measure, { now: NOW, idleBelowPercent: 5, signal });
  return { saved, from };
}

describe('the work of an hour', () => {
  it.each<[string, Activity, boolean]>([
    ['requests on a busy device', { requests: 7, utilisation: 80 }, false],
    ['no request on a quiet device', { requests: 0, utilisation: 2 }, true],
    ['a device at the bound', { utilisation: 5 }, false],
  ])('is stored: %s', async (_what, activity, idle) => {
    const { saved } = await measured([hour(1)], async () => activity);
    expect(saved).toEqual([['w-1', { ...activity, idle }]]);
  });

  it('is asked for as long as a day back', async () => {
    expect((await measured([], async () => ({}))).from).toBe(NOW - 24 * HOUR);
  });

  it('of which nothing is known is asked again for two hours, and then stored as unknown', async () => {
    const { saved } = await measured([hour(1), hour(2)], async () => ({}));
    expect(saved).toEqual([['w-2', { idle: undefined }]]);
  });

  it('that cannot be asked stays for the next run, with all after it', async () => {
    const asked: string[] = [];
    const run = measured([hour(1), hour(2), hour(3)], async ({ workloadId }) => {
      asked.push(workloadId);
      if (workloadId === 'w-2') throw new Error('away');
      return { requests: 1 };
    });
    await expect(run).rejects.toThrow('away');
    expect(asked).toEqual(['w-1', 'w-2']);
  });

  it('is not asked for once the process stops', async () => {
    const controller = new AbortController();
    const { saved } = await measured(
      [hour(1), hour(2)],
      async () => {
        controller.abort();
        return { requests: 1 };
      },
      controller.signal,
    );
    expect(saved.map(([id]) => id)).toEqual(['w-1']);
  });
});
