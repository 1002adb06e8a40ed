import type { OutboxLag } from '@tessera/application-messaging';
import { Registry } from '@tessera/platform-telemetry';
import { outboxMetrics } from './outbox-watch';

const scraped = async (lag: () => Promise<OutboxLag>): Promise<readonly string[]> => {
  const registry = new Registry();
  outboxMetrics(registry, lag);
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
};

describe('the metrics of an outbox', () => {
  it('count how far it is behind', async () => {
    expect(await scraped(async () => ({ rows: 2, oldestMs: 1_500, parked: 1 }))).toEqual([
      'tessera_outbox_rows 2',
      'tessera_outbox_oldest_seconds 1.5',
      'tessera_outbox_parked 1',
      'tessera_outbox_published_total 0',
    ]);
  });

  it.each([
    ['is gone', (): Promise<never> => Promise.reject(new Error('the database is gone'))],
    ['does not answer', (): Promise<never> => new Promise(() => undefined)],
  ])('leave the other metrics of the scrape where the database %s', async (_how, lag) => {
    expect(await scraped(lag)).toEqual(['tessera_outbox_published_total 0']);
  });
});
