import { VARIABLES } from '@tessera/platform-config';
import { appOf, board, boardQueries, compose, prometheusConfig, read, sourcesBelow } from './deployed-files';
import { isExported } from './exported-series';

const { scrape_configs: jobs, global } = prometheusConfig();
const { services } = compose();

const seriesIn = (query: string): readonly string[] => query.match(/\b[a-z]\w*_\w+\b(?=[{[)]|$)/gi) ?? [];

describe('the scrape configuration', () => {
  it('covers every service of the compose file, at a port it listens on', () => {
    const scraped = jobs.flatMap(({ static_configs: groups }) => groups.flatMap(({ targets }) => targets));
    const defaults = Object.entries(services).flatMap(([name, service]) => {
      const app = appOf(service);
      if (app === undefined) return [];
      const variable = app === 'simulator' ? 'SIMULATOR_KUBELET' : `${app.toUpperCase()}_ADMIN`;
      const { schema } = VARIABLES[`TESSERA_${variable}_PORT` as 'TESSERA_API_PORT'];
      return [`${name}:${schema.parse(undefined)}`];
    });
    expect(scraped).toEqual(expect.arrayContaining(defaults));
    expect(new Set(scraped)).toEqual(new Set([...defaults, 'localhost:9090']));
  });

  it('keeps the labels of exporters, which name pods themselves', () => {
    const exporters = jobs.filter(({ metrics_path: path }) => path !== undefined);
    expect(exporters.map(({ honor_labels: honor }) => honor)).toEqual(exporters.map(() => true));
  });

  it('has a job for each page of the simulated exporters', () => {
    const pages = sourcesBelow('libs/simulation/kubelets/src/exporters').flatMap((path) =>
      [...read(path).matchAll(/'(\/metrics\/[\w-]+)'/g)].map(([, page]) => page),
    );
    expect(jobs.map(({ metrics_path: path }) => path)).toEqual(expect.arrayContaining(pages));
  });

  it('scrapes as often as the metrics service is told', () => {
    const reported = services['metrics']?.environment?.['TESSERA_SCRAPE_INTERVAL_MS'];
    expect(global.scrape_interval).toBe(`${Number(reported) / 1000}s`);
  });
});

describe('the Grafana board', () => {
  it.each(boardQueries())('%s reads series that exist', (_title, query) => {
    const names = seriesIn(query);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !isExported(name))).toEqual([]);
  });

  it('lists workloads by a series that exists', () => {
    const definitions = board().templating.list.flatMap(({ definition }) => definition ?? []);
    expect(definitions.map((text) => /^label_values\((\w+),/.exec(text)?.[1] ?? '').every(isExported)).toBe(
      true,
    );
  });

  it('shows what an operator asks first', () => {
    const titles = board().panels.map(({ title }) => title);
    expect(titles).toEqual(
      expect.arrayContaining([
        'Requests per second by workload',
        'Latency',
        'In flight',
        'GPUs allocated',
        'Pending replicas',
        'Placement time',
        'Outbox lag',
        'API requests per second',
      ]),
    );
  });

  it('has panels that do not overlap', () => {
    const cells = board().panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
