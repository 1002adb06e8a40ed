import type { Locator } from 'playwright-core';
import type { Story } from './story';

/** What is typed into the form of a new workload. */
export interface Draft {
  readonly name: string;
  /** Values by the labels of their fields, in this order: a choice brings further fields. */
  readonly fields: Readonly<Record<string, string>>;
  /** Environment variables by name. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Creates a workload by its form, after asking where it would go. Its page is shown then. */
export async function create(story: Story, { name, fields, variables = {} }: Draft): Promise<void> {
  const { page } = story;
  await story.goTo('Workloads');
  await page.getByRole('button', { name: 'New workload' }).click();
  const form = page.getByRole('dialog');
  await form.getByText('Node pools, command, priority and variables').click();
  for (const [label, value] of Object.entries({ Name: name, Image: 'model:1', ...fields }))
    await enter(form.getByLabel(label, { exact: true }), value);
  for (const [at, [variable, value]] of Object.entries(variables).entries()) {
    await form.getByRole('button', { name: 'Add a variable' }).click();
    await form.getByLabel(`Variable ${at + 1}`, { exact: true }).fill(variable);
    await form.getByLabel(`Value of variable ${at + 1}`, { exact: true }).fill(value);
  }
  await form.getByRole('button', { name: 'Where would it go?' }).click();
  await form.getByText('Replica 0').first().waitFor();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  story.noteId(name);
}

async function enter(field: Locator, value: string): Promise<void> {
  await field.waitFor();
  const isChoice = (await field.and(field.page().locator('select')).count()) > 0;
  await (isChoice ? field.selectOption({ label: value }) : field.fill(value));
}
