import { ask } from '../playground';
import type { Step } from '../story';

export const FINDING: readonly Step[] = [
  {
    title: 'shows it on the map with the owner of the share, and leads to its page by a click',
    async act(story) {
      const { page } = story;
      await story.goTo('Cluster map');
      await page.locator('.map-frame[aria-busy="false"]').waitFor();
      await page.getByLabel('Search').fill('chat');
      await page.getByRole('button', { name: 'Next of 1' }).click();
      const place = await page.locator('.map-ring').boundingBox();
      const [x, y] = [(place?.x ?? 0) + (place?.width ?? 0) / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2];
      const card = page.locator('.map-card');
      await page.getByRole('heading', { level: 1 }).click();
      await card.waitFor({ state: 'hidden' });
      await page.mouse.move(x, y);
      await card.waitFor();
      const text = await card.innerText();
      for (const part of ['chat', 'project-1', '0.5 GPU']) expect(text).toContain(part);
      await page.mouse.click(x, y);
      await page.waitForURL(`**/workloads/${story.idOf('chat')}`);
    },
  },
  {
    title: 'chats with it through the gateway, as the reader',
    async act(story) {
      await story.openPart('Playground');
      await ask(story);
    },
  },
];
