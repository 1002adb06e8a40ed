import type { GroupPosition } from '@tessera/application-messaging';
import { Counter, Gauge, type Registry } from '@tessera/platform-telemetry';

/**
 * Metrics of the consumer groups of this process. Every member of a group exports the same numbers, so queries take the
 * maximum. A scrape shows the values that the previous one requested: a log that does not answer delays no scrape, and
 * its series end.
 */
export function consumerMetrics(
  registry: Registry,
  positions: () => Promise<readonly GroupPosition[]>,
): void {
  const registers = [registry];
  let known: readonly GroupPosition[] = [];
  let asking = false;
  const ask = (): void => {
    if (asking) return;
    asking = true;
    void positions()
      .then(
        (found) => (known = found),
        () => (known = []),
      )
      .finally(() => (asking = false));
  };
  new Gauge({
    name: 'tessera_consumer_lag_records',
    help: 'Records of a topic that a consumer group has not handled yet.',
    labelNames: ['group', 'topic'],
    registers,
    collect() {
      this.reset();
      for (const { group, topic, written, handled } of known)
        this.set({ group, topic }, Math.max(0, written - handled));
      ask();
    },
  });
  new Counter({
    name: 'tessera_consumer_records_total',
    help: 'Records of a topic that a consumer group has handled.',
    labelNames: ['group', 'topic'],
    registers,
    collect() {
      this.reset();
      for (const { group, topic, handled } of known) this.inc({ group, topic }, handled);
    },
  });
  new Counter({
    name: 'tessera_topic_records_total',
    help: 'Records written to a topic, for the topics that consumer groups of this process read.',
    labelNames: ['topic'],
    registers,
    collect() {
      this.reset();
      const topics = new Map(known.map(({ topic, written }) => [topic, written]));
      for (const [topic, written] of topics) this.inc({ topic }, written);
    },
  });
}
