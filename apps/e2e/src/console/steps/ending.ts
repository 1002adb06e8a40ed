import type { Step } from '../story';

export const ENDING: readonly Step[] = [
  {
    title: 'has answered every request of the traffic',
    async act(story) {
      const statuses = await story.traffic?.stop();
      expect([...(statuses?.keys() ?? [])]).toEqual([200]);
    },
  },
  {
    title: 'deletes a workload after a question',
    async act(story) {
      const { page } = story;
      await story.load('/');
      await story.openWorkload('vast');
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('heading', { level: 1, name: 'Workloads' }).waitFor();
      await story.row('vast').waitFor({ state: 'detached' });
      await story.row('chat').waitFor();
    },
  },
  {
    title: 'signs out and leaves nothing behind',
    async act({ page }) {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to Tessera' }).waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    },
  },
  {
    title: 'has asked nobody but the API and the gateway, and reported no error in the console',
    act({ browser: { errors, foreign } }) {
      expect({ errors, foreign }).toEqual({ errors: [], foreign: [] });
      return Promise.resolve();
    },
  },
];
