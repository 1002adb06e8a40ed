import { Counter, Gauge, type Registry } from '@tessera/platform-telemetry';
import { WATCH_ENDS, type WatchHealth } from './watch-health';

/** Metrics of the watches of a connection: how many were replaced and why, and the longest time without data. */
export function watchMetrics(registry: Registry, watches: WatchHealth): void {
  const registers = [registry];
  new Counter({
    name: 'tessera_watch_ends_total',
    help: 'Watches of the Kubernetes API that ended early and were opened again, by cause: silent, wentBack, expired, failed.',
    labelNames: ['cause'],
    registers,
    collect() {
      this.reset();
      for (const cause of WATCH_ENDS) this.inc({ cause }, watches.ends(cause));
    },
  });
  new Gauge({
    name: 'tessera_watch_silent_seconds',
    help: 'Seconds since the least recently active watch of the Kubernetes API received data; bookmarks arrive about once a minute.',
    registers,
    collect() {
      this.set(watches.longestSilenceMs() / 1000);
    },
  });
}
