import { gpuPortion, migInstance } from '@tessera/testing-builders';
import { workload } from '../../client';
import type { Step } from '../story';

const POOL = { nodePools: ['default'] };

/** What somebody else creates by the API. */
const OTHERS = [
  workload('embeddings', gpuPortion(0.25), { ...POOL, autoscaling: { minReplicas: 2, maxReplicas: 2 } }),
  workload('reranker', gpuPortion(0.4), POOL),
  workload('classifier', migInstance('1g.5gb'), POOL),
  workload('night-batch', gpuPortion(0.5), {
    ...POOL,
    autoscaling: { minReplicas: 0, maxReplicas: 1, initialReplicas: 0 },
  }),
];

export const WATCHING_OTHERS: readonly Step[] = [
  {
    title: 'shows what somebody else creates, without a reload',
    async act(story) {
      await story.goTo('Workloads');
      for (const one of OTHERS) await story.client.create(one);
      for (const { name } of OTHERS.slice(0, 3)) await story.row(name).getByText('Running').waitFor();
    },
  },
  {
    title: 'shows the serving keys that there are',
    async act(story) {
      const body = { name: 'assistants-app', projectIds: ['1'], limits: { requestsPerMinute: 600 } };
      expect((await story.client.call('POST', '/api/v1/tessera/serving-keys', body)).status).toBe(201);
      await story.goTo('Access');
      await story.page.getByText('assistants-app').first().waitFor();
    },
  },
  {
    title: 'shows the models that its reader may call, by their aliases too',
    async act(story) {
      const made = await story.client.call('POST', '/api/v1/tessera/model-aliases', {
        name: 'assistant',
        projectId: '1',
        targets: [
          { workload: 'chat', weight: 90 },
          { workload: 'later', weight: 10 },
        ],
      });
      expect(made.status).toBe(201);
      await story.goTo('Models');
      await story.page.getByText('assistant').first().waitFor();
    },
  },
];
