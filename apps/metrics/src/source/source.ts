import {
  LocalSource,
  PrometheusSource,
  SampleStore,
  Scraper,
  CoalescingSource,
} from '@tessera/adapter-prometheus';
import { seriesInUse, type SeriesSource } from '@tessera/application-measuring';
import { maybe, type Clock } from '@tessera/kernel';
import { LOOP_PATIENCE, Progress, type Health } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { MetricsConfig } from '../config';
import type { MetricsOfMetrics } from '../settings/metrics';

/** Where series are read, and the loop that fills it, if any. */
export interface OpenedSource {
  readonly source: SeriesSource;
  readonly scraper?: Pick<Scraper, 'start' | 'stop'>;
  /** Series to read from now on; a Prometheus server has its own list. */
  readonly want: (series: readonly string[]) => void;
}

export interface SourceDependencies {
  readonly config: MetricsConfig;
  readonly clock: Clock;
  readonly health: Health;
  readonly metrics: MetricsOfMetrics;
  readonly logger: Logger;
}

/** Names of series that workloads may add to those of measurements, so that memory has a bound. */
const MOST_MORE_SERIES = 1_000;

/** A Prometheus server where one is configured, else the service's own scrapes, which have not begun yet. */
export function openSource(dependencies: SourceDependencies): OpenedSource {
  const { config } = dependencies;
  const url = config.TESSERA_PROMETHEUS_URL;
  const opened = url === undefined ? openLocal(dependencies) : openPrometheus(url, dependencies);
  return {
    ...opened,
    source: new CoalescingSource(opened.source, { keepMs: config.TESSERA_METRICS_SHARED_MS }),
  };
}

function openPrometheus(url: string, { config, health, metrics, logger }: SourceDependencies): OpenedSource {
  const source = new PrometheusSource({
    url,
    ...maybe('token', config.TESSERA_PROMETHEUS_TOKEN),
    timeoutMs: config.TESSERA_PROMETHEUS_TIMEOUT_MS,
    onQuery: (outcome) => metrics.queries.inc({ outcome }),
  });
  health.addCheck('prometheus', () => source.notReady());
  logger.info({ url }, 'reading series from Prometheus');
  return { source, want: () => undefined };
}

function openLocal({ config, clock, health, metrics, logger }: SourceDependencies): OpenedSource {
  const targets = config.TESSERA_SCRAPE_TARGETS;
  const wanted = new Set(seriesInUse());
  const most = wanted.size + MOST_MORE_SERIES;
  const store = new SampleStore({ retentionMs: config.TESSERA_METRICS_RETENTION_MS });
  const interval = config.TESSERA_SCRAPE_INTERVAL_MS;
  const scraped = new Progress(LOOP_PATIENCE * Math.max(interval, config.TESSERA_LIVENESS_MS));
  health.addLivenessCheck('scraper', scraped.stalled);
  const scraper = new Scraper({
    targets,
    store,
    wanted,
    intervalMs: interval,
    clock,
    logger,
    onScrape: (target, ok) => {
      scraped.made();
      const { series, changes } = store.size();
      metrics.scrapes.inc({ target, ok: String(ok) });
      metrics.storedSeries.set(series);
      metrics.storedChanges.set(changes);
    },
  });
  health.addCheck('scraper', () => scraper.notReady());
  if (targets.length === 0)
    logger.warn('no measurements: set TESSERA_PROMETHEUS_URL or TESSERA_SCRAPE_TARGETS');
  else logger.info({ targets }, 'reading series from own scrapes');
  const want = (series: readonly string[]): void => {
    for (const name of series) if (wanted.size < most) wanted.add(name);
  };
  return { source: new LocalSource(store), scraper, want };
}
