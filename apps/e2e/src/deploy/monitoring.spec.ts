import { VARIABLES } from '@tessera/platform-config';
import { appOf, compose, prometheusConfig, read, sourcesBelow } from './deployed-files';

const { scrape_configs: jobs, global } = prometheusConfig();
const { services } = compose();

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

  it('scrapes as often as the setting of the metrics service says', () => {
    const reported = services['metrics']?.environment?.['TESSERA_SCRAPE_INTERVAL_MS'];
    expect(global.scrape_interval).toBe(`${Number(reported) / 1000}s`);
  });
});
