import { bucketOf, CountedHistogram } from './counted-histogram';
import { Histogram, Registry } from './metrics';

const BOUNDS = [0.1, 1];
const OF = { help: 'Test.', labelNames: ['project', 'pod'] as const };

describe('a counted histogram', () => {
  it('exposes the same as one that observes each value', async () => {
    const [registry, other] = [new Registry(), new Registry()];
    const counted = new CountedHistogram({ name: 'seconds', ...OF, bounds: BOUNDS, registers: [registry] });
    const observing = new Histogram({ name: 'seconds', ...OF, buckets: BOUNDS, registers: [other] });
    for (const [pod, values] of Object.entries({ a: [0.05, 0.1, 0.5, 1, 7], b: [2] })) {
      const labels = { project: 'p', pod };
      const counts = [0, 0, 0];
      for (const value of values) {
        observing.observe(labels, value);
        const bucket = bucketOf(BOUNDS, value);
        counts[bucket] = (counts[bucket] ?? 0) + 1;
      }
      counted.add(
        labels,
        counts,
        values.reduce((sum, value) => sum + value),
      );
      counted.observe(labels, 0.3);
      observing.observe(labels, 0.3);
    }
    const sorted = (text: string): string[] => text.split('\n').sort();
    const lineOf = (line: string): string =>
      line.replace(/\{(.*)\}/, (_, labels: string) => labels.split(',').sort().join());
    expect(sorted(await registry.metrics()).map(lineOf)).toEqual(sorted(await other.metrics()).map(lineOf));
  });

  it('forgets a series', async () => {
    const registry = new Registry();
    const counted = new CountedHistogram({ name: 'seconds', ...OF, bounds: BOUNDS, registers: [registry] });
    for (const pod of ['a', 'b']) counted.observe({ project: 'p', pod }, 1);
    counted.remove({ project: 'p', pod: 'a' });
    expect(await registry.metrics()).not.toContain('pod="a"');
    expect(await registry.metrics()).toContain('seconds_count{project="p",pod="b"} 1');
  });
});
