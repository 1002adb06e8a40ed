import { eventually } from '@tessera/testing-services';
import { create } from '../new-workload';
import type { Step } from '../story';
import { Traffic } from '../traffic';

const LIMIT_MS = 60_000;
/** One replica is for two requests at once; so many callers need all three. */
const CALLERS = 6;
/** A model that takes its time, on half a GPU. */
const CHAT = {
  name: 'chat',
  fields: {
    GPU: 'Part of a GPU',
    'Part, 0 to 1': '0.5',
    'Most replicas': '3',
    'Scale by': 'Requests at once',
    'Requests at once per replica': '2',
  },
  variables: { SIM_LATENCY_MS: '200' },
} as const;

export const CREATING: readonly Step[] = [
  {
    title: 'creates a workload by its form and shows it run, without a reload',
    async act(story) {
      await create(story, CHAT);
      await story.phase('Running').waitFor();
      const address = story.page.getByText(`${story.platform.connection.gateway}/project-1/chat/`);
      await address.first().waitFor();
      expect(await address.count()).toBe(1);
    },
  },
];

export const GROWING: readonly Step[] = [
  {
    title: 'shows under traffic how it grows, and why',
    async act(story) {
      const { page, platform } = story;
      story.traffic = new Traffic(`${platform.connection.gateway}/project-1/chat/`, CALLERS);
      await story.openPart('Scaling');
      await page
        .getByText(/1 → [23]/)
        .first()
        .waitFor();
      await page.getByRole('img', { name: /^Replicas/ }).waitFor();
      const starts = page.getByRole('region', { name: 'Cold starts by stage' });
      await starts.getByRole('listitem').filter({ hasText: 'chat-' }).nth(2).waitFor();
      await story.openPart('Pods');
      const running = page.getByRole('row').filter({ hasText: 'Running' });
      await eventually(async () => expect(await running.count()).toBe(3), LIMIT_MS);
    },
  },
];
