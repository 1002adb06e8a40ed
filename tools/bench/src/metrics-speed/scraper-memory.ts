import { SampleStore } from '@tessera/adapter-prometheus';

const SERIES = 10_000;
const SCRAPE_MS = 15_000;
const HOUR_MS = 3_600_000;

/** One page of counters, every one of which has grown since the last scrape. */
function* page(scrape: number) {
  for (let index = 0; index < SERIES; index += 1)
    yield {
      name: 'tessera_gateway_requests_total',
      labels: {
        project: 'team-a',
        workload: `chat-${index}`,
        workload_id: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
        pod: `chat-${index}-0`,
        code: '200',
      },
      value: scrape * 7 + index / 3,
    };
}

const inUse = (): number => {
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
};

/** Prints the MiB that an hour of scrapes takes in the store of the built-in scraper. */
const before = inUse();
const store = new SampleStore({ retentionMs: HOUR_MS });
// Twice the hour: what the store drops late counts, too.
for (let scrape = 0; scrape * SCRAPE_MS <= 2 * HOUR_MS; scrape += 1)
  store.append('http://gateway/metrics', scrape * SCRAPE_MS, page(scrape));
const mib = inUse() - before;
process.stdout.write(`${JSON.stringify({ mib: Math.round(mib), ...store.size() })}\n`);
