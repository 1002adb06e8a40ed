import {
  describeAwkwardSources,
  describeMetricTypes,
  describeSeriesSource,
  type GivenSeries,
  type OpenSeriesSource,
} from '@tessera/testing-contract-suites';
import { plus, select, sum } from '@tessera/domain-measurement';
import { Evaluation } from './evaluate';
import { LocalSource } from './local-source';
import { SampleStore } from './sample-store';

const open: OpenSeriesSource = async (given) => ({
  source: new LocalSource(storeOf(given)),
  broken: undefined,
  close: async () => {},
});

describe('series from our own samples', () => {
  describeSeriesSource(open);
});
describe('metric types of our own samples', () => {
  describeMetricTypes(open);
});
describe('awkward exporters read by our own scrapes', () => {
  describeAwkwardSources(open);
});

describe('an evaluation of our own samples', () => {
  const store = storeOf([{ name: 'm', labels: {}, samples: [[1_000, 1]] }]);
  const times = { start: 1_000, end: 5_000, step: 1_000 };

  it('ends with an error once its time is over, and not before', async () => {
    let now = 0;
    const source = (limitMs: number) => new LocalSource(store, { limitMs, now: () => (now += 1) });
    await expect(source(5).range(select('m'), times)).rejects.toThrow(
      'the evaluation of the scraped samples took more than 0.005 s; ask for fewer samples',
    );
    expect((await source(100).range(select('m'), times)).series[0]?.points).toHaveLength(5);
  });

  it('lets other work go on meanwhile', async () => {
    let now = 0;
    const order: string[] = [];
    const read = new LocalSource(store, { limitMs: Infinity, now: () => (now += 30) })
      .range(select('m'), times)
      .then(() => order.push('evaluated'));
    setImmediate(() => order.push('other work'));
    await read;
    expect(order).toEqual(['other work', 'evaluated']);
  });

  it('reads a part that stands in several places once per instant', async () => {
    let reads = 0;
    const counting = { find: () => ((reads += 1), []) } as unknown as SampleStore;
    const part = sum(select('m'));
    const evaluation = new Evaluation(counting);
    const valuesOf = jest.spyOn(evaluation, 'values' as never);
    evaluation.at(plus(part, part), 1_000);
    evaluation.at(plus(part, part), 2_000);
    expect([reads, valuesOf.mock.calls.length]).toEqual([1, 2]);
  });
});

/** Each series as a target of its own, so that it may have any times. */
function storeOf(given: readonly GivenSeries[]): SampleStore {
  const store = new SampleStore({ retentionMs: Infinity });
  given.forEach(({ name, labels, samples }, index) => {
    for (const [at, value] of samples) store.append(String(index), at, [{ name, labels, value }]);
  });
  return store;
}
