import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import { parse } from 'yaml';
import { portsFrom } from '../ports';
import { prometheusConfig, scrapeTargets } from './scraping';

const ports = portsFrom(9_000);

interface Job {
  readonly job_name: string;
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

describe.each([
  ['1', ['127.0.0.1:9013']],
  ['2', ['127.0.0.1:9013', '127.0.0.1:9018']],
] as const)('the metrics of %s gateways', (gateways, addresses) => {
  it('are scraped by the local Prometheus', () => {
    const { scrape_configs: jobs } = parse(prometheusConfig({ ports, gateways })) as {
      readonly scrape_configs: readonly Job[];
    };
    const gateway = jobs.find(({ job_name: name }) => name === 'gateway');
    expect(gateway?.static_configs).toEqual([{ targets: addresses }]);
  });

  it('are scraped by the metrics service where there is none', () => {
    const targets = scrapeTargets({ ports, gateways, scrapeTargets: [] });
    expect(targets.filter((url) => /:(9013|9018)\//.test(url))).toEqual(
      addresses.map((address) => `http://${address}/metrics`),
    );
  });
});

it('the local Prometheus finds the rules wherever its configuration lies', () => {
  const { rule_files: files } = parse(prometheusConfig({ ports, gateways: '1' })) as {
    readonly rule_files: readonly string[];
  };
  expect(files.map((path) => [isAbsolute(path), basename(path)])).toEqual([[true, '*.yaml']]);
  expect(readdirSync(dirname(files[0] ?? ''))).toEqual(expect.arrayContaining(['recording.yaml']));
});
