import { CountedCounter } from './counted-counter';
import { Counter, Registry } from './metrics';

const OF = { name: 'requests_total', help: 'Test.', labelNames: ['pod', 'code'] as const };

describe('a counted counter', () => {
  it('exposes the same as one that is increased with labels', async () => {
    const [registry, other] = [new Registry(), new Registry()];
    const counted = new CountedCounter({ ...OF, registers: [registry] });
    const counter = new Counter({ ...OF, registers: [other] });
    for (const [labels, value] of [
      [{ pod: 'a', code: '200' }, 2],
      [{ pod: 'a', code: '502' }, 0],
      [{ pod: 'b', code: '200' }, 1],
    ] as const) {
      counted.of(labels).value += value;
      counter.inc(labels, value);
    }
    counted.inc({ pod: 'a', code: '200' });
    counter.inc({ pod: 'a', code: '200' });
    expect(await registry.metrics()).toBe(await other.metrics());
  });

  it('has one series for the same labels, until it is removed', async () => {
    const registry = new Registry();
    const counted = new CountedCounter({ ...OF, registers: [registry] });
    const labels = { pod: 'a', code: '200' };
    const series = counted.of(labels);
    expect(counted.of({ ...labels })).toBe(series);
    counted.remove(labels);
    series.value += 1;
    expect(await registry.metrics()).not.toContain('pod="a"');
    expect(counted.of(labels).value).toBe(0);
  });
});
