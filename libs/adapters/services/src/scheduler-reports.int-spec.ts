import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LoadReport, LoadReportAnswer, WakeRequest } from '@tessera/contracts-internal';
import { silentLogger } from '@tessera/platform-logging';
import { isSignedBy, RECEIVER_HEADER, SIGNATURE_HEADER } from './report-signature';
import { SchedulerReports } from './scheduler-reports';

const CLUSTER = '71f69d83-ba66-4822-adf5-55ce55efd210';
const GATEWAY = '00000000-0000-4000-8000-0000000000a1';
const KEY = Buffer.alloc(32, 1);
const REPORT: LoadReport = {
  gatewayId: GATEWAY,
  sequence: 1,
  intervalMs: 1_000,
  final: false,
  workloads: [],
};
const ANSWER: LoadReportAnswer = { leading: true, workloads: [], asked: [] };
const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

interface Message {
  readonly path: string;
  readonly signed: boolean;
  readonly body: unknown;
}

const RECEIVER = '00000000-0000-4000-8000-0000000000b1';

/** A scheduler that records what it accepts, and answers once `open` has resolved. */
async function scheduler(open: Promise<void> = Promise.resolve()) {
  let receiver = RECEIVER;
  let refusals = 0;
  const messages: Message[] = [];
  const server: Server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const path = request.url ?? '';
      const to = String(request.headers[RECEIVER_HEADER]);
      const signed = isSignedBy([KEY], request.headers[SIGNATURE_HEADER], { path, receiver: to, body });
      if (to !== receiver) {
        refusals += 1;
        response.writeHead(409, { [RECEIVER_HEADER]: receiver }).end('{}');
        return;
      }
      messages.push({ path, signed, body: JSON.parse(body) });
      await open;
      response.end(JSON.stringify(ANSWER));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    messages,
    port,
    url: `http://127.0.0.1:${port}`,
    close,
    refusals: () => refusals,
    /** Another process listens at the address. */
    restart: (id: string) => void (receiver = id),
  };
}

async function started(urls: readonly string[]) {
  const answers: LoadReportAnswer[] = [];
  const reports = new SchedulerReports({
    urls,
    clusterId: CLUSTER,
    gatewayId: GATEWAY,
    key: KEY,
    logger: silentLogger,
    now: () => performance.now(),
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  });
  await reports.start((answer) => answers.push(answer));
  return { reports, answers };
}

const until = async (isSo: () => boolean): Promise<void> => {
  for (const end = performance.now() + 5_000; !isSo(); await new Promise((resolve) => setImmediate(resolve)))
    if (performance.now() > end) throw new Error('it did not happen within five seconds');
};

describe('messages to the schedulers', () => {
  it('go to each of them, signed, and also where another one is gone', async () => {
    const [one, two, gone] = [await scheduler(), await scheduler(), await scheduler()];
    await gone.close();
    const { reports, answers } = await started([gone.url, one.url, two.url]);
    await reports.report(REPORT);
    for (const { messages } of [one, two])
      expect(messages).toEqual([
        { path: `/internal/v1/clusters/${CLUSTER}/load-reports`, signed: true, body: REPORT },
      ]);
    expect(answers).toEqual([ANSWER, ANSWER]);
    await reports.stop();
    await Promise.all([one.close(), two.close()]);
  });

  it('name their receiver, and are sent again to the process that has taken its place', async () => {
    const one = await scheduler();
    const { reports } = await started([one.url]);
    await reports.report(REPORT);
    await reports.report({ ...REPORT, sequence: 2 });
    expect(one.refusals()).toBe(1);
    one.restart('00000000-0000-4000-8000-0000000000b2');
    await reports.report({ ...REPORT, sequence: 3 });
    const sequences = one.messages.map(({ body }) => (body as LoadReport).sequence);
    expect([sequences, one.refusals()]).toEqual([[1, 2, 3], 2]);
    await reports.stop();
    await one.close();
  });

  it('about usage go to one of them, the next where one is gone, and fail where none stores them', async () => {
    const [gone, one, two] = [await scheduler(), await scheduler(), await scheduler()];
    await gone.close();
    const { reports } = await started([gone.url, one.url, two.url]);
    const usage = { gatewayId: GATEWAY, entries: [] };
    await reports.reportUsage(usage);
    expect(one.messages).toEqual([
      { path: `/internal/v1/clusters/${CLUSTER}/usage-reports`, signed: true, body: usage },
    ]);
    expect(two.messages).toEqual([]);
    await Promise.all([one.close(), two.close()]);
    await expect(reports.reportUsage(usage)).rejects.toThrow('ECONNREFUSED');
    await reports.stop();
  });

  it('number the wake requests', async () => {
    const one = await scheduler();
    const { reports } = await started([one.url]);
    for (const index of [1, 2]) {
      reports.wake(idOf(index), performance.now());
      await until(() => one.messages.length === index);
    }
    expect(one.messages.map(({ body }) => (body as WakeRequest).sequence)).toEqual([1, 2]);
    await reports.stop();
    await one.close();
  });

  it('reach the address behind a host name', async () => {
    const one = await scheduler();
    const { reports, answers } = await started([`http://scheduler.example:${one.port}`]);
    await reports.report(REPORT);
    expect([one.messages.length, answers]).toEqual([1, [ANSWER]]);
    await reports.stop();
    await one.close();
  });

  it('ask to wake at once, and put what comes before the answer into the next one', async () => {
    let release = (): void => undefined;
    const one = await scheduler(new Promise((resolve) => (release = resolve)));
    const { reports } = await started([one.url]);
    reports.wake(idOf(1), performance.now());
    await until(() => one.messages.length === 1);
    for (const index of [2, 3, 4, 2]) reports.wake(idOf(index), performance.now());
    release();
    await until(() => one.messages.length === 2);
    const workloads = one.messages.map(({ body }) =>
      (body as WakeRequest).workloads.map(({ workloadId }) => workloadId),
    );
    expect(workloads).toEqual([[idOf(1)], [idOf(2), idOf(3), idOf(4)]]);
    expect(one.messages.every(({ signed, path }) => signed && path.endsWith('/wakes'))).toBe(true);
    await reports.stop();
    await one.close();
  });
});
