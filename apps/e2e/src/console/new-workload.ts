import type { Story } from './story';

/** What is typed into the form of a new workload. */
export interface Draft {
  readonly name: string;
  /** Option of the field GPU, and what stands in the field beside it. */
  readonly share: 'portion' | 'devices' | 'migProfile';
  readonly amount: string;
  /** Added to the spec in the JSON of the request, before it is sent. */
  readonly spec?: object;
}

const AMOUNTS = {
  portion: 'Part, 0 to 1',
  devices: 'Number of GPUs',
  migProfile: 'Profile, such as 1g.5gb',
} as const;

/** Creates a workload by its form, after asking where it would go. Its page is shown then. */
export async function create(story: Story, { name, share, amount, spec }: Draft): Promise<void> {
  const { page } = story;
  await story.goTo('Workloads');
  await page.getByRole('button', { name: 'New workload' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.getByLabel('Image').fill('model:1');
  await form.getByLabel('GPU', { exact: true }).selectOption(share);
  await form.getByLabel(AMOUNTS[share]).fill(amount);
  if (spec !== undefined) {
    await form.getByRole('button', { name: 'JSON', exact: true }).click();
    const text = form.getByLabel('Body of the request');
    const body = JSON.parse(await text.inputValue()) as { readonly spec: object };
    await text.fill(JSON.stringify({ ...body, spec: { ...body.spec, ...spec } }, null, 2));
  }
  await form.getByRole('button', { name: 'Where would it go?' }).click();
  await form.getByText('Replica 0').waitFor();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  story.noteId(name);
}
