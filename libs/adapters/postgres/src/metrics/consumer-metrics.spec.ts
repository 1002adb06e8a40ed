import type { GroupPosition } from '@tessera/application-messaging';
import { Registry } from '@tessera/platform-telemetry';
import { consumerMetrics } from './consumer-metrics';

const POSITION = { group: 'g', topic: 't', written: 21, handled: 14 };

const scraped = async (registry: Registry): Promise<readonly string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the metrics of consumer groups', () => {
  it('show what each group has handled and still has to, from the second scrape on', async () => {
    const registry = new Registry();
    consumerMetrics(registry, async () => [POSITION, { ...POSITION, group: 'h', handled: 21 }]);
    expect(await scraped(registry)).toEqual([]);
    expect(await scraped(registry)).toEqual([
      'tessera_consumer_lag_records{group="g",topic="t"} 7',
      'tessera_consumer_lag_records{group="h",topic="t"} 0',
      'tessera_consumer_records_total{group="g",topic="t"} 14',
      'tessera_consumer_records_total{group="h",topic="t"} 21',
      'tessera_topic_records_total{topic="t"} 21',
    ]);
  });

  it('end while the log fails', async () => {
    const registry = new Registry();
    const answers: (readonly GroupPosition[] | Error)[] = [[POSITION], new Error('no broker')];
    consumerMetrics(registry, async () => {
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    });
    await scraped(registry);
    expect(await scraped(registry)).toHaveLength(3);
    expect(await scraped(registry)).toEqual([]);
  });

  it('keep no scrape waiting for a log that does not answer, and ask it once', async () => {
    const registry = new Registry();
    let asked = 0;
    consumerMetrics(registry, () => {
      asked += 1;
      return new Promise(() => undefined);
    });
    await scraped(registry);
    expect(await scraped(registry)).toEqual([]);
    expect(asked).toBe(1);
  });
});
