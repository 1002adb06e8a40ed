import {
  describeAwkwardSources,
  describeMetricTypes,
  describeSeriesSource,
  type GivenSeries,
  type OpenSeriesSource,
} from '@tessera/testing-contract-suites';
import { describeWithService, testPrometheus } from '@tessera/testing-services';
import { PrometheusSource } from './prometheus-source';

const open = async (given: readonly GivenSeries[]) => {
  const server = await testPrometheus({ past: openMetrics(given) });
  return {
    url: server.url,
    source: new PrometheusSource({ url: `${server.url}/` }),
    // Nobody listens on port 1.
    broken: new PrometheusSource({ url: 'http://127.0.0.1:1' }),
    close: () => server.remove(),
  };
};

/** The same once it has learned which series there are. */
const openLearned: OpenSeriesSource = async (given) => {
  const opened = await open(given);
  const source = new PrometheusSource({ url: opened.url, catalogueMs: 3_600_000 });
  await source.learn();
  return { ...opened, source };
};

describeWithService('prometheus', 'series from a Prometheus server', () => describeSeriesSource(open));
describeWithService('prometheus', 'metric types of a Prometheus server', () => describeMetricTypes(open));
describeWithService('prometheus', 'awkward exporters read by a Prometheus server', () =>
  describeAwkwardSources(open),
);

describeWithService('prometheus', 'series from a Prometheus server whose series are known', () =>
  describeSeriesSource(openLearned),
);
describeWithService('prometheus', 'metric types of a Prometheus server whose series are known', () =>
  describeMetricTypes(openLearned),
);
describeWithService('prometheus', 'awkward exporters of a Prometheus server whose series are known', () =>
  describeAwkwardSources(openLearned),
);

/** OpenMetrics text with times in seconds; series of one name stand together. */
function openMetrics(given: readonly GivenSeries[]): string {
  const lines = [...given]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, labels, samples }) => {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
      return samples.map(([at, value]) => `${name}{${pairs.join(',')}} ${value} ${at / 1000}`);
    });
  return `${lines.join('\n')}\n# EOF\n`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
