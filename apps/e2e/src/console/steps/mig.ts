import type { Step } from '../story';

const NODE = 'a100-mig-default-1';
const LAYOUT = 'all-1g.5gb';

export const CHANGING_MIG: readonly Step[] = [
  {
    title: 'changes the MIG layout of a node and shows its phases until it has succeeded',
    async act(story) {
      const { page } = story;
      await story.goTo('Nodes');
      await page.getByRole('button', { name: `Layout of ${NODE}` }).click();
      const sheet = page.getByRole('dialog');
      await sheet.getByLabel('Change to').selectOption(LAYOUT);
      await sheet.getByRole('button', { name: 'Move the replicas away and change' }).click();
      await sheet.getByText(new RegExp(`Succeeded: .* → ${LAYOUT}`)).waitFor();
      await sheet.getByRole('definition').filter({ hasText: LAYOUT }).waitFor();
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
    },
  },
];
