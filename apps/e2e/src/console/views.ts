import { CONSOLE_PAGES } from '@tessera/contracts-rest/console-pages';
import { eventually } from '@tessera/testing-services';
import { ask } from './playground';
import type { Story } from './story';

/** A page, a part of one or a dialog that is checked. */
export interface View {
  /** Of its pictures. */
  readonly name: string;
  path(story: Story): string;
  /** Brings the loaded page into the state that is checked. */
  prepare?(story: Story): Promise<void>;
}

const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const PARTS = ['scaling', 'metrics', 'pods', 'logs', 'events', 'spec'] as const;

/** Views of somebody who has signed in. */
export const VIEWS: readonly View[] = [
  ...CONSOLE_PAGES.map((path): View => ({
    name: path === '/' ? 'overview' : path.slice(1),
    path: () => path,
    ...(path === '/events' ? { prepare: letSomethingHappen } : {}),
  })),
  { name: 'new-workload', path: () => '/workloads?new', prepare: fillIn },
  { name: 'workload', path: (story) => `/workloads/${story.idOf('chat')}` },
  {
    name: 'workload-playground',
    path: (story) => `/workloads/${story.idOf('chat')}/playground`,
    prepare: ask,
  },
  ...PARTS.map((part): View => ({
    name: `workload-${part}`,
    path: (story) => `/workloads/${story.idOf('chat')}/${part}`,
  })),
  { name: 'waiting-workload', path: (story) => `/workloads/${story.idOf('vast')}/placement` },
  { name: 'node', path: () => `/nodes/${CLUSTER}/a100-pool-a-1` },
  { name: 'mig-layout', path: () => '/nodes', prepare: openLayout },
];

/** The page of one who has to sign in. */
export const SIGN_IN = 'sign-in';

/** Shows a view; resolves once it has loaded. */
export async function visit(story: Story, view: View): Promise<void> {
  const { page } = story;
  await story.load(view.path(story));
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await loaded(story);
  await view.prepare?.(story);
  await loaded(story);
}

const loaded = ({ page }: Story): Promise<void> =>
  eventually(async () => expect(await page.locator('.waiting').count()).toBe(0), 30_000);

/** The page Events shows those that come while it is open. */
async function letSomethingHappen(story: Story): Promise<void> {
  const spec = { autoscaling: { minReplicas: 1, maxReplicas: 4, metric: 'concurrency', metricThreshold: 2 } };
  const path = `/api/v1/workloads/inferences/${story.idOf('chat')}`;
  expect((await story.client.call('PATCH', path, { spec })).status).toBe(202);
  await story.page.getByRole('main').getByRole('link', { name: 'chat' }).first().waitFor();
}

async function fillIn({ page }: Story): Promise<void> {
  const form = page.getByRole('dialog');
  await form.getByLabel('Name', { exact: true }).fill('summaries');
  await form.getByLabel('Image').fill('vllm/vllm-openai:v0.8.5');
  await form.getByRole('button', { name: 'Where would it go?' }).click();
  await form.getByText('Replica 0').first().waitFor();
  await page.evaluate(`document.querySelector('.sheet').scrollTo(0, 0)`);
}

async function openLayout({ page }: Story): Promise<void> {
  await page.getByRole('button', { name: 'Layout of a100-mig-default-1' }).click();
  await page.getByRole('dialog').getByText('Layout now').waitFor();
}
