import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { cacheDir, loadConfig, type Config } from '@tessera/platform-config';
import { assertNotChosen, type ChosenSetting } from './environment/chosen-settings';
import { portsFrom, type Ports } from './ports';
import { serviceSettings, type ServiceSettings } from './environment/service-settings';

const NAMES = [
  'TESSERA_HOME',
  'TESSERA_CACHE',
  'TESSERA_PORT_BASE',
  'TESSERA_DATABASE_URL',
  'TESSERA_KAFKA_BROKERS',
  'TESSERA_KUBECONFIG',
  'TESSERA_PROMETHEUS_URL',
  'TESSERA_GUARDRAILS_FILE',
  'TESSERA_SCRAPE_TARGETS',
] as const;

/** Settings that the local platform passes to its services. */
export type PassedSetting =
  | ChosenSetting
  | (typeof NAMES)[number]
  | 'TESSERA_API_SEED'
  | 'TESSERA_RESERVATION_IMAGE'
  | 'TESSERA_SCRAPE_INTERVAL_MS';

const CHOICES = {
  kafka: ['auto', 'real', 'embedded'],
  kubernetes: ['simulator', 'real', 'node'],
  prometheus: ['embedded', 'real'],
  gateways: ['1', '2'],
  schedulers: ['1', '2'],
} as const;

export type Choice<K extends keyof typeof CHOICES> = (typeof CHOICES)[K][number];

export interface StackSettings {
  /** Absolute. */
  readonly home: string;
  readonly cacheDir: string;
  readonly ports: Ports;
  readonly databaseUrl: string | undefined;
  readonly kafkaBrokers: readonly string[] | undefined;
  readonly kubeconfig: string | undefined;
  readonly prometheusUrl: string | undefined;
  /** Used instead of the file that the local platform writes. */
  readonly guardrailsFile: string | undefined;
  /** `local` creates the sample organisation, unless the environment says `none`. */
  readonly apiSeed: string;
  /** Exporters that are scraped beside those of the platform. */
  readonly scrapeTargets: readonly string[];
  readonly kafka: Choice<'kafka'>;
  readonly kubernetes: Choice<'kubernetes'>;
  readonly prometheus: Choice<'prometheus'>;
  readonly gateways: Choice<'gateways'>;
  readonly schedulers: Choice<'schedulers'>;
  /** Settings that replace those of single services; empty without `--service-settings`. */
  readonly serviceSettings: ServiceSettings;
  readonly reset: boolean;
  /** Interval at which the metrics service scrapes, ms; the local one unless it is set. */
  readonly scrapeIntervalMs: string;
}

/** So often that a visitor sees numbers at once, ms. */
const LOCAL_SCRAPE_MS = '1000';

export const USAGE = `npm start [-- options]
  --kafka auto|real|embedded        a local broker if Java 17 and Maven are installed; the event log on Postgres
  --kubernetes simulator|real|node  the simulated cluster; a real API server with simulated kubelets; a real API
                                    server and a real node: kubelet, containerd, fake GPUs (Linux, root)
  --prometheus embedded|real        the metrics service scrapes the exporters itself; a local Prometheus server
  --gateways 1|2                    one gateway; a second one on a port of its own
  --schedulers 1|2                  one scheduler; a second one that stands by, on a port of its own
  --service-settings FILE           JSON: environment variables of single services by their names, such as
                                    {"scheduler": {"TESSERA_LOG_LEVEL": "debug"}}; they replace what is set here
  --reset                           delete all data of the local platform, then start
  --help
Settings: docs/reference/configuration.md`;

/** Reads options and environment; throws one error with all problems. Undefined for `--help`. */
export function stackSettings(args: readonly string[], env: NodeJS.ProcessEnv): StackSettings | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kafka: { type: 'string', default: 'auto' },
      kubernetes: { type: 'string', default: 'simulator' },
      prometheus: { type: 'string', default: 'embedded' },
      gateways: { type: 'string', default: '1' },
      schedulers: { type: 'string', default: '1' },
      'service-settings': { type: 'string' },
      reset: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  assertNotChosen(env);
  const config: Config<Exclude<(typeof NAMES)[number], 'TESSERA_DATABASE_URL'>> & {
    readonly TESSERA_DATABASE_URL?: string;
  } = loadConfig(env['TESSERA_DATABASE_URL'] === undefined ? withoutDatabase : NAMES, env);
  return {
    home: resolve(config.TESSERA_HOME),
    cacheDir: cacheDir(env),
    ports: portsFrom(config.TESSERA_PORT_BASE),
    databaseUrl: config.TESSERA_DATABASE_URL,
    kafkaBrokers: config.TESSERA_KAFKA_BROKERS,
    kubeconfig: config.TESSERA_KUBECONFIG,
    prometheusUrl: config.TESSERA_PROMETHEUS_URL,
    guardrailsFile: config.TESSERA_GUARDRAILS_FILE,
    apiSeed: env['TESSERA_API_SEED'] ?? 'local',
    scrapeTargets: config.TESSERA_SCRAPE_TARGETS,
    kafka: choice('kafka', values.kafka),
    kubernetes: choice('kubernetes', values.kubernetes),
    prometheus: choice('prometheus', values.prometheus),
    gateways: choice('gateways', values.gateways),
    schedulers: choice('schedulers', values.schedulers),
    serviceSettings: serviceSettings(values['service-settings']),
    reset: values.reset,
    scrapeIntervalMs: env['TESSERA_SCRAPE_INTERVAL_MS'] ?? LOCAL_SCRAPE_MS,
  };
}

/** Without a database URL the starter runs its own Postgres. */
const withoutDatabase = NAMES.filter((name) => name !== 'TESSERA_DATABASE_URL');

function choice<K extends keyof typeof CHOICES>(name: K, value: string): Choice<K> {
  const known: readonly string[] = CHOICES[name];
  if (!known.includes(value))
    throw new Error(`--${name} ${value}: choose one of ${known.join(', ')}\n\n${USAGE}`);
  return value as Choice<K>;
}
