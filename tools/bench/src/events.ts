import { Command } from 'commander';
import { fill, ours, rawKafka, rawPostgres } from './event-flow/consume';
import {
  rawKafkaLatency,
  rawPostgresLatency,
  throughOutboxAndInbox,
  type Latency,
  type Load,
} from './event-flow/latency';
import { rawKafkaProduce, rawPostgresProduce, throughOutbox } from './event-flow/produce';
import { HANDLERS, inFixture, type Fixture } from './event-flow/fixture';
import { atLeast, atMost, report, type Bar } from './placement-trace/report';
import { rounded } from './placement-trace/statistics';

const options = new Command()
  .description(
    'Events through outbox, broker and inbox, beside raw kafkajs and raw Postgres doing the same work.',
  )
  .option('--events <count>', 'events of each round', Number, 60_000)
  .option('--rounds <count>', 'rounds of each rate; the best counts', Number, 5)
  .option('--seconds <count>', 'seconds at each load of the latencies', Number, 10)
  .parse()
  .opts<{ readonly events: number; readonly rounds: number; readonly seconds: number }>();

const LOADS = [100, 2_000] as const;
const LATENCY_ROUNDS = 3;

const note = (text: string): boolean => process.stderr.write(`${text}\n`);

/**
 * Rivals take turns, so that what else the machine does meets all of them. The best round of each counts: a busy machine
 * only ever takes away. The first round warms up.
 */
async function inTurns(
  rivals: Readonly<Record<string, () => Promise<number>>>,
): Promise<Readonly<Record<string, number>>> {
  const best: Record<string, number> = {};
  for (let round = 0; round <= options.rounds; round += 1)
    for (const [name, run] of Object.entries(rivals)) {
      const rate = await run();
      if (round > 0) best[name] = Math.max(best[name] ?? 0, rate);
      note(`${name}, round ${round}: ${rate}/s`);
    }
  return best;
}

const ratio = (rates: Readonly<Record<string, number>>, name: string, other: string): number =>
  rounded((rates[name] ?? 0) / (rates[other] ?? Infinity), 2);

async function consuming(fixture: Fixture) {
  const { events } = options;
  const topic = await fixture.topic('bench.consume.v1');
  await fill(fixture, topic, events);
  // The broker decides how large a batch is; the rivals take the same.
  const { batch } = await ours(fixture, topic, events, true);
  const rates = await inTurns({
    'raw kafkajs': async () => (await rawKafka(fixture, topic, events)).perSecond,
    'inbox off': async () => (await ours(fixture, topic, events, false)).perSecond,
    'inbox on': async () => (await ours(fixture, topic, events, true)).perSecond,
    'raw Postgres': async () => (await rawPostgres(fixture, events, batch, 1)).perSecond,
    'raw Postgres, four connections': async () =>
      (await rawPostgres(fixture, events, batch, HANDLERS)).perSecond,
  });
  return {
    results: [{ name: 'consume, events/s', events, batch, ...rates }],
    bars: [
      atLeast('consume with validation over raw kafkajs', ratio(rates, 'inbox off', 'raw kafkajs'), 0.7),
      atLeast(
        'consume with validation and inbox over raw Postgres inserts',
        ratio(rates, 'inbox on', 'raw Postgres'),
        0.7,
      ),
    ],
  };
}

async function producing(fixture: Fixture) {
  const { events } = options;
  const topic = await fixture.topic('bench.produce.v1');
  const rates = await inTurns({
    'through the outbox': () => throughOutbox(fixture, topic, events),
    'raw kafkajs': () => rawKafkaProduce(fixture, topic, events),
    'raw Postgres': () => rawPostgresProduce(fixture, topic, events),
  });
  return { results: [{ name: 'produce, events/s', events, ...rates }], bars: [] as Bar[] };
}

/** As for the rates: rivals take turns, and the best round of each counts, here the one of the lowest p99. */
async function latencyAt(fixture: Fixture, load: Load): Promise<Readonly<Record<string, Latency>>> {
  const rivals = {
    'outbox to handler': throughOutboxAndInbox,
    'raw kafkajs': rawKafkaLatency,
    'raw Postgres': rawPostgresLatency,
  };
  const best: Record<string, Latency> = {};
  for (let round = 1; round <= LATENCY_ROUNDS; round += 1)
    for (const [name, run] of Object.entries(rivals)) {
      const topic = `bench.latency.${name.replaceAll(' ', '-')}.${load.perSecond}.${round}`;
      const found = await run(fixture, await fixture.topic(topic), load);
      if (found.p99Ms < (best[name]?.p99Ms ?? Infinity)) best[name] = found;
      note(`${name} at ${load.perSecond}/s, round ${round}: ${JSON.stringify(found)}`);
    }
  return best;
}

async function latencies(fixture: Fixture) {
  const results = [];
  const bars: Bar[] = [];
  for (const perSecond of LOADS) {
    const found = await latencyAt(fixture, { perSecond, seconds: options.seconds });
    results.push({ name: `latency at ${perSecond} events/s, ms`, ...found });
    const p99 = found['outbox to handler']?.p99Ms ?? Infinity;
    if (perSecond === 100) bars.push(atMost('outbox to handler, p99 at 100 events/s, ms', p99, 100));
  }
  return { results, bars };
}

async function main(): Promise<void> {
  const parts = await inFixture(async (fixture) => [
    await latencies(fixture),
    await consuming(fixture),
    await producing(fixture),
  ]);
  report(
    { results: parts.flatMap(({ results }) => results as unknown[]) },
    parts.flatMap(({ bars }) => bars),
  );
}

// The embedded Postgres ends the process itself once nothing is left to do, and then with 0.
main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
