import {
  describeAwkwardSources,
  describeMetricTypes,
  describeSeriesSource,
  type GivenSeries,
  type OpenSeriesSource,
} from '@tessera/testing-contract-suites';
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

/** Each series as a target of its own, so that it may have any times. */
function storeOf(given: readonly GivenSeries[]): SampleStore {
  const store = new SampleStore({ retentionMs: Infinity });
  given.forEach(({ name, labels, samples }, index) => {
    for (const [at, value] of samples) store.append(String(index), at, [{ name, labels, value }]);
  });
  return store;
}
