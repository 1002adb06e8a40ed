import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { VariableName } from '@tessera/platform-config';
import { BOARDS_FOLDER, type BoardFile } from '@tessera/tool-boards';

export const ROOT = join(__dirname, '../../../..');
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly networks?: { readonly default?: { readonly aliases?: readonly string[] } };
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const compose = (): Compose => parse(read('docker-compose.yml'), { merge: true }) as Compose;

/** What compose puts in place of `${NAME:-standard}` when nobody sets the name. */
export const interpolated = (text: string): string => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

/** The app of the monorepo that a service runs; undefined for what others make. */
export function appOf(service: ComposeService): string | undefined {
  const match = /^dist\/apps\/(\w+)\/main\.js$/.exec([service.command ?? []].flat().at(-1) ?? '');
  return match?.[1];
}

/** Sources below a folder, tests and their helpers left out. */
export function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('spec.ts') && !path.includes('testing/'))
    .map((path) => join(folder, path));
}

/** The folders of the services; the end-to-end tests stand beside them. */
export const APPS = readdirSync(join(ROOT, 'apps'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'e2e')
  .map((entry) => entry.name);

export interface ScrapeJob {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly honor_labels?: boolean;
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

interface PrometheusConfig {
  readonly global: { readonly scrape_interval: string };
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly ScrapeJob[];
}

export const prometheusConfig = (): PrometheusConfig =>
  parse(read('deploy/prometheus/prometheus.yml')) as PrometheusConfig;

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Recording {
  readonly record: string;
  readonly expr: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (Alert | Recording)[];
}

/** Recording rules and alerts, for the Prometheus operator and for a plain Prometheus. */
export const RULES_FOLDER = 'deploy/helm/tessera/files/rules';
/** Paths of the files with rules, in the order of the chart. */
export const RULE_FILES = readdirSync(join(ROOT, RULES_FOLDER))
  .sort()
  .map((name) => join(RULES_FOLDER, name));

export const ruleGroups = (): readonly RuleGroup[] =>
  RULE_FILES.flatMap((path) => (parse(read(path)) as { readonly groups: readonly RuleGroup[] }).groups);
const rules = () => ruleGroups().flatMap((group) => group.rules);
/** Every rule of an alert; those of an error budget have several, one for each window. */
export const alerts = (): readonly Alert[] => rules().flatMap((rule) => ('alert' in rule ? [rule] : []));
export const recordings = (): readonly Recording[] =>
  rules().flatMap((rule) => ('record' in rule ? [rule] : []));

/** The boards as the chart and docker-compose.yml bring them to Grafana. */
export const boards = (): readonly BoardFile[] =>
  readdirSync(join(ROOT, BOARDS_FOLDER)).map(
    (name) => JSON.parse(read(`${BOARDS_FOLDER}/${name}`)) as BoardFile,
  );

type ReadConfig = (env: Readonly<Record<string, string>>) => Readonly<Record<string, unknown>>;

/** How an app reads its environment; throws where the app would refuse to start. */
export function configReader(app: string): ReadConfig {
  const module = jest.requireActual<Readonly<Record<string, ReadConfig>>>(
    join(ROOT, `apps/${app}/src/config.ts`),
  );
  const readConfig = module[`${app}Config`];
  if (readConfig === undefined) throw new Error(`apps/${app}/src/config.ts exports no ${app}Config`);
  return readConfig;
}

/** Variables with the port that an app listens on. */
export const PORTS: Readonly<Record<string, readonly VariableName[]>> = {
  api: ['TESSERA_API_PORT', 'TESSERA_API_ADMIN_PORT'],
  gateway: ['TESSERA_GATEWAY_PORT', 'TESSERA_GATEWAY_ADMIN_PORT', 'TESSERA_GATEWAY_LOCAL_PORT'],
  metrics: ['TESSERA_METRICS_PORT', 'TESSERA_METRICS_ADMIN_PORT'],
  scheduler: ['TESSERA_SCHEDULER_PORT', 'TESSERA_SCHEDULER_ADMIN_PORT'],
  simulator: ['TESSERA_SIMULATOR_API_PORT', 'TESSERA_SIMULATOR_KUBELET_PORT'],
};
