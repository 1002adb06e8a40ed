import { randomUUID } from 'node:crypto';
import type { CDPSession, Page } from 'playwright-core';
import { createPostgresLog } from '@tessera/adapter-event-log';
import type { EventLog } from '@tessera/application-messaging';
import { encodeEvent, eventsTopic, formatSequence, SAMPLES, workloadsTopic } from '@tessera/contracts-events';
import { silentLogger } from '@tessera/platform-logging';
import { heapAfterCollection, type ConsoleBrowser } from './browser';
import type { Fixture } from './fixture';
import type { SeededWorkload } from './seed-rows';

const PREFIX = 'tessera';
const PARTITIONS = 6;
const PER_SECOND = 100;
/** Events are published so many at a time, as a relay does. */
const BATCH = 10;
const PAGES = { workloads: '/workloads', events: '/events', overview: '/' } as const;
const MIB = 1024 * 1024;
/** Reports how it goes so often, ms. */
const REPORT_MS = 60_000;

export interface LivePage {
  readonly page: string;
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly heapMiB: readonly number[];
  readonly growthPercent: number;
}

export interface Live {
  readonly minutes: number;
  readonly published: number;
  /** Events that the events page got, by second. */
  readonly receivedPerSecond: number;
  readonly pages: readonly LivePage[];
}

/**
 * Shows pages for so many minutes while events happen. The heap is read after a sixth of the time, when everything that
 * is kept is there, and at the end.
 */
export async function live(
  browser: ConsoleBrowser,
  fixture: Fixture,
  minutes: number,
  log: (line: string) => void,
): Promise<Live> {
  const events = await Publisher.open(fixture);
  const watched: Watched[] = [];
  try {
    for (const [name, path] of Object.entries(PAGES))
      watched.push(await watch(await browser.page(), name, `${fixture.api}${path}`));
    // What loads a page is not what events do to it, nor what loads the others.
    for (const { page } of watched) await page.evaluate('window.__bench.tasks = []');
    const began = performance.now();
    const endMs = minutes * 60_000;
    const stopped = events.run();
    await pauseUntil(began + endMs / 6, watched, log);
    const first = await heaps(watched);
    await pauseUntil(began + endMs, watched, log);
    const seconds = (performance.now() - began) / 1000;
    const last = await heaps(watched);
    const published = await stopped();
    const received = await watched[1]?.page.evaluate<number>('window.__bench.received');
    const pages = await Promise.all(
      watched.map(async ({ name, page }, index): Promise<LivePage> => {
        const tasks = await page.evaluate<number[]>(TASKS);
        const [before = 0, after = 0] = [first[index], last[index]];
        return {
          page: name,
          longTasks: tasks.length,
          longestTaskMs: Math.round(Math.max(0, ...tasks)),
          heapMiB: [before, after].map((bytes) => Number((bytes / MIB).toFixed(2))),
          growthPercent: Number((((after - before) / before) * 100).toFixed(1)),
        };
      }),
    );
    return { minutes, published, receivedPerSecond: Math.round((received ?? 0) / seconds), pages };
  } finally {
    for (const { page } of watched) await page.context().close();
    await events.close();
  }
}

interface Watched {
  readonly name: string;
  readonly page: Page;
  readonly session: CDPSession;
}

/** Counts long tasks, and what the stream of events brings. */
const WATCH = `
  window.__bench = { tasks: [], collections: [], received: 0 };
  new PerformanceObserver((list) => window.__bench.tasks.push(...list.getEntries()))
    .observe({ type: 'longtask', buffered: false });
  const original = window.fetch;
  window.fetch = async (...call) => {
    const response = await original(...call);
    if (response.headers.get('content-type')?.includes('event-stream')) {
      const [one, two] = response.body.tee();
      void (async () => {
        const reader = one.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          window.__bench.received += value.split('\\ndata:').length - 1;
        }
      })();
      return new Response(two, response);
    }
    return response;
  };
  0;
`;

/** How long the tasks of a page took but for those while collections were forced, which stop a page by themselves, ms. */
const TASKS = `window.__bench.tasks
  .filter(({ startTime, duration }) =>
    window.__bench.collections.every(([from, to]) => startTime + duration < from || startTime > to))
  .map(({ duration }) => duration)`;

/** What each page holds after a forced collection, bytes; the pages know when that was. */
async function heaps(watched: readonly Watched[]): Promise<readonly number[]> {
  const now = () => Promise.all(watched.map(({ page }) => page.evaluate<number>('performance.now()')));
  const from = await now();
  const held = await Promise.all(watched.map(({ session }) => heapAfterCollection(session)));
  const to = await now();
  await Promise.all(
    watched.map(({ page }, at) => page.evaluate(`window.__bench.collections.push([${from[at]}, ${to[at]}])`)),
  );
  return held;
}

async function watch(page: Page, name: string, address: string): Promise<Watched> {
  if (name === 'events') await page.addInitScript(WATCH);
  else await page.addInitScript(WATCH.slice(0, WATCH.indexOf('const original')));
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForSelector('.waiting', { state: 'detached' });
  return { name, page, session: await page.context().newCDPSession(page) };
}

async function pauseUntil(
  at: number,
  watched: readonly Watched[],
  log: (line: string) => void,
): Promise<void> {
  for (let left = at - performance.now(); left > 0; left = at - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, REPORT_MS)));
    for (const { name, page } of watched) {
      const tasks = await page.evaluate<number[]>(TASKS);
      log(`${name}: ${tasks.length} long tasks, the longest ${Math.round(Math.max(0, ...tasks))} ms`);
    }
  }
}

/** Publishes what schedulers report, a hundred events a second; every fifth with a new state of its workload. */
class Publisher {
  private readonly sequences = new Map<string, number>();
  private count = 0;

  private constructor(
    private readonly log: EventLog,
    private readonly fixture: Fixture,
  ) {}

  static async open(fixture: Fixture): Promise<Publisher> {
    const log = createPostgresLog({
      url: fixture.databaseUrl,
      applicationName: 'bench',
      partitions: PARTITIONS,
      logger: silentLogger,
    });
    await log.ensureTopics([eventsTopic(PREFIX), workloadsTopic(PREFIX)]);
    return new Publisher(log, fixture);
  }

  /** Publishes until the returned function is called, which gives the number of events. */
  run(): () => Promise<number> {
    const began = performance.now();
    let isStopped = false;
    const loop = (async () => {
      while (!isStopped) {
        while (this.count < ((performance.now() - began) / 1000) * PER_SECOND) await this.publish();
        await new Promise((resolve) => setTimeout(resolve, (1000 * BATCH) / PER_SECOND / 2));
      }
    })();
    return async () => {
      isStopped = true;
      await loop;
      return this.count;
    };
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private async publish(): Promise<void> {
    const records = Array.from({ length: BATCH }, () => this.next()).flat();
    await this.log.publish(records);
    this.count += BATCH;
  }

  private next(): Parameters<EventLog['publish']>[0][number][] {
    const { workloads, clusterId } = this.fixture;
    const place = Math.floor(Math.random() * workloads.length);
    const workload = workloads[place] as SeededWorkload;
    const sequence = (this.sequences.get(workload.id) ?? 100) + 1;
    this.sequences.set(workload.id, sequence);
    const time = new Date().toISOString();
    const attributes = {
      id: randomUUID(),
      source: `/tessera/scheduler/${clusterId}`,
      subject: workload.id,
      time,
      sequence: formatSequence(sequence),
      clusterid: clusterId,
      projectid: workload.projectId,
      workloadname: workload.name,
    };
    const of = { workloadId: workload.id, name: workload.name, clusterId, projectId: workload.projectId };
    const topic = eventsTopic(PREFIX).name;
    switch (sequence % 3) {
      case 0:
        return [
          {
            topic,
            ...encodeEvent({ name: 'scaleDecided', attributes, data: { ...SAMPLES.scaleDecided, ...of } }),
          },
        ];
      case 1:
        return [
          {
            topic,
            ...encodeEvent({
              name: 'replicaScheduled',
              attributes,
              data: { ...SAMPLES.replicaScheduled, ...of },
            }),
          },
        ];
      default:
        return [
          {
            topic,
            ...encodeEvent({ name: 'phaseChanged', attributes, data: { ...SAMPLES.phaseChanged, ...of } }),
          },
          {
            topic: workloadsTopic(PREFIX).name,
            ...encodeEvent({
              name: 'state',
              attributes: { ...attributes, id: randomUUID() },
              data: {
                ...{ ...SAMPLES.state, ...of, sequence, updatedAt: time, phaseUpdatedAt: time },
                phase: sequence % 2 === 0 ? 'Running' : 'Initializing',
              },
            }),
          },
        ];
    }
  }
}
