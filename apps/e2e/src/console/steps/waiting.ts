import { create } from '../new-workload';
import type { Step, Story } from '../story';

const POOL = 'my-node-pool-b';

/** Gives project-1 so many GPUs of the pool on the page Quota. */
async function giveQuota(story: Story, gpus: string): Promise<void> {
  const { page } = story;
  await story.goTo('Quota');
  await page.getByRole('button', { name: `Change the quota of project-1 in ${POOL}` }).click();
  await page.getByRole('dialog').getByLabel('GPUs deserved').fill(gpus);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const row = page.getByRole('row').filter({ hasText: 'project-1' }).filter({ hasText: POOL });
  await row.getByRole('cell', { name: gpus, exact: true }).first().waitFor();
}

export const WAITING: readonly Step[] = [
  {
    title: 'shows why one waits that cannot fit: on its page, node by node, and in the list',
    async act(story) {
      await create(story, { name: 'vast', fields: { GPU: 'Whole GPUs', 'Number of GPUs': '16' } });
      await story.phase('too few devices for 16 whole devices').first().waitFor();
      await story.openPart('Placement');
      await story.page.getByText('A further replica fits on no node').waitFor();
      const verdicts = story.page.getByRole('region', { name: 'Node by node' });
      await verdicts.getByText('a100-pool-a-1', { exact: true }).waitFor();
      await story.goTo('Workloads');
      await story.row('vast').getByText('too few devices').waitFor();
    },
  },
  {
    title: 'filters the list, and keeps the filter in the address',
    async act(story) {
      const { page } = story;
      const phase = page.getByRole('search').getByLabel('Phase');
      await phase.selectOption('Running');
      await story.row('vast').waitFor({ state: 'detached' });
      await story.row('chat').waitFor();
      await page.reload();
      await story.row('chat').waitFor();
      expect([await phase.inputValue(), await story.row('vast').count()]).toEqual(['Running', 0]);
    },
  },
  {
    title: 'shows that one waits for the quota of its project, and runs once that is raised',
    async act(story) {
      await giveQuota(story, '0.5');
      const fields = { GPU: 'Whole GPUs', 'Number of GPUs': '1', 'Node pools, in this order': POOL };
      await create(story, { name: 'later', fields });
      await story.phase(/quota/i).first().waitFor();
      await giveQuota(story, '4');
      await story.openWorkload('later');
      await story.phase('Running').waitFor();
    },
  },
];
