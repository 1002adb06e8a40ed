import type { Story } from './story';

/** Asks the model of the playground that is shown; resolves once its answer has ended. */
export async function ask({ page }: Story): Promise<void> {
  await page.getByLabel('Message').fill('Tell me a story.');
  await page.getByRole('button', { name: 'Send' }).click();
  const answer = page.locator('.message[data-by="model"]').last();
  await answer.getByText('Once upon a time').waitFor();
  await answer.getByText(/\d+ tokens out/).waitFor();
}
