import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StackSettings } from '../settings';

const host = '127.0.0.1';
const COMPOSE_SCRAPE = join('deploy', 'prometheus', 'prometheus.yml');
/** Recording rules and alerts, as the shipped configuration names them. */
const RULES = '../helm/tessera/files/rules/*.yaml';
/** Paths on the port of the simulated kubelets that serve the metrics of a cluster's exporters. */
const EXPORTER_PATHS = [
  '/metrics/cadvisor',
  '/metrics/dcgm',
  '/metrics/kube-state',
  '/metrics/models',
] as const;

type Scraped = Pick<StackSettings, 'ports' | 'gateways'>;

const gatewayPorts = ({ ports, gateways }: Scraped): readonly number[] =>
  gateways === '2' ? [ports.gatewayAdmin, ports.secondGatewayAdmin] : [ports.gatewayAdmin];

/** What the metrics service scrapes where there is no Prometheus: its peers, the exporters of the nodes, those of the setting. */
export function scrapeTargets(settings: Scraped & Pick<StackSettings, 'scrapeTargets'>): readonly string[] {
  const { ports } = settings;
  const services = [ports.apiAdmin, ...gatewayPorts(settings), ports.schedulerAdmin];
  return [
    ...services.map((port) => `http://${host}:${port}/metrics`),
    ...EXPORTER_PATHS.map((path) => `http://${host}:${ports.kubelets}${path}`),
    ...settings.scrapeTargets,
  ];
}

/** The shipped scrape configuration with the addresses of this platform. */
export function prometheusConfig(settings: Scraped): string {
  const { ports } = settings;
  const addresses: Readonly<Record<string, readonly number[]>> = {
    'api:8084': [ports.apiAdmin],
    'gateway:8085': gatewayPorts(settings),
    'metrics:8086': [ports.metricsAdmin],
    'scheduler:8087': [ports.schedulerAdmin],
    'simulator:8090': [ports.kubelets],
    'localhost:9090': [ports.prometheus],
  };
  if (!existsSync(COMPOSE_SCRAPE))
    throw new Error(`${COMPOSE_SCRAPE} is missing: run the command in the root of the project`);
  return Object.entries(addresses).reduce(
    (text, [name, found]) =>
      text.replaceAll(`'${name}'`, found.map((port) => `'${host}:${port}'`).join(', ')),
    readFileSync(COMPOSE_SCRAPE, 'utf8')
      .replace(RULES, resolve(COMPOSE_SCRAPE, '..', RULES))
      .replace(/scrape_interval: \S+/, 'scrape_interval: 1s')
      .replace(/scrape_timeout: \S+/, 'scrape_timeout: 1s'),
  );
}
