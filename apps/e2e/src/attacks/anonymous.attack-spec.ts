import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { maybe } from '@tessera/kernel';
import { Client as Postgres } from 'pg';
import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, INFERENCES, workload, type Json } from '../client';
import { Platform } from '../platform';

/** The proxy that the platform trusts; whoever connects from another address of this machine is a client. */
const PROXY = '127.0.0.2';
const EVENTS = '/api/v1/tessera/events';
const QUARTER = gpuPortion(0.25);
const PER_SUBJECT = 3;

jest.setTimeout(240_000);

let platform: Platform;
let client: Client;
let database: Postgres;
beforeAll(async () => {
  platform = await Platform.create();
  await platform.start([], {
    TESSERA_TRUSTED_PROXIES: PROXY,
    TESSERA_AUDIT_REFUSALS_MS: '500',
    TESSERA_LOG_STREAMS_PER_SUBJECT: String(PER_SUBJECT),
    TESSERA_EVENT_STREAMS_PER_SUBJECT: String(PER_SUBJECT),
  });
  client = new Client(() => platform.connection);
  database = new Postgres({ connectionString: platform.connection.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await platform?.remove();
});

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Address of this machine to call from. */
  readonly from?: string;
}

/** The head of an answer, with its body still to come. */
const open = ({ method = 'GET', path, body, headers = {}, from }: Call): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...maybe('localAddress', from) };
    httpRequest(new URL(path, platform.connection.api), options, resolve)
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });

async function call(what: Call): Promise<{ readonly status: number; readonly body: Json }> {
  const answer = await open(what);
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) };
}

const login = (id: string, secret: string, more: Partial<Call> = {}) =>
  call({
    method: 'POST',
    path: '/api/v1/token',
    body: { grantType: 'app_token', AppId: id, AppSecret: secret },
    ...more,
  });

/** So many at a time, like somebody who wants to do harm. */
async function flood<T>(times: number, atOnce: number, one: (turn: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  let turn = 0;
  const worker = async (): Promise<void> => {
    while (turn < times) answers.push(await one(turn++));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}

const lastRow = async (): Promise<number> =>
  Number((await database.query('select coalesce(max(seq), 0) as seq from api.audit_log')).rows[0].seq);
const rowsSince = async (seq: number): Promise<Json[]> =>
  (await database.query('select * from api.audit_log where seq > $1 order by seq', [seq])).rows;
const counted = (rows: readonly Json[]): number => rows.reduce((sum, { count }) => sum + Number(count), 0);

/** Connections of this machine to a port that are open now. */
function connectionsTo(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return lines.filter((line) => {
    const [, , to, state] = line.trim().split(/\s+/);
    return to?.endsWith(remote) === true && state === '01';
  }).length;
}
const schedulerPort = (): number => Number(new URL(platform.connection.scheduler).port);

async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function appWithRight(name: string): Promise<{ app: Json; rule: Json; bearer: string }> {
  const { body: app } = await client.call('POST', '/api/v1/apps', { name });
  const { body: rule } = await client.call('POST', '/api/v1/authorization/access-rules', {
    ...{ subjectId: app.id, subjectType: 'app', roleId: 9, scopeType: 'project', scopeId: '1' },
  });
  const { body } = await login(app.clientId, app.clientSecret);
  return { app, rule, bearer: `Bearer ${body.accessToken}` };
}

describe('somebody without a token', () => {
  it('fills the database with refused changes: 2,000 of them are a few rows that count', async () => {
    const before = await lastRow();
    const statuses = await flood(2_000, 50, async () => {
      const { status } = await call({ method: 'POST', path: INFERENCES, body: { name: 'x' } });
      return status;
    });
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
    await eventually(async () => expect(counted(await rowsSince(before))).toBe(2_000), 20_000);
    expect((await rowsSince(before)).length).toBeLessThan(100);
    expect((await client.call('GET', INFERENCES.replace('/inferences', ''))).status).toBe(200);
  });

  it('stops everybody’s login with wrong ones: a right one is answered meanwhile', async () => {
    const { id, secret } = platform.connection.application;
    await login(id, secret);
    const aloneMs = await durationOf(() => login(id, secret));
    const { app } = await appWithRight('newcomer');
    const before = await lastRow();
    let over = false;
    const wrong = Promise.all([
      flood(100, 50, (turn) => login(`nobody-${turn}`, 'wrong')),
      flood(100, 50, (turn) =>
        login(id, 'wrong', { from: PROXY, headers: { 'x-forwarded-for': `198.51.100.${turn}` } }),
      ),
    ]).finally(() => (over = true));
    const amongWrongMs = await durationOf(async () => expect((await login(id, secret)).status).toBe(200));
    // Behind two hundred wrong ones, two at a time, it would take a hundred times as long as alone.
    expect(amongWrongMs).toBeLessThan(40 * aloneMs);
    expect(over).toBe(false);
    const first = { from: PROXY, headers: { 'x-forwarded-for': '203.0.113.77' } };
    expect((await login(app.clientId, app.clientSecret, first)).status).toBe(200);
    const statuses = (await wrong).flat().map(({ status }) => status);
    expect(statuses.filter((status) => ![400, 429, 503].includes(status))).toEqual([]);
    expect(statuses.filter((status) => status === 400).length).toBeLessThan(150);
    await eventually(async () => expect(counted(await rowsSince(before))).toBe(202), 20_000);
    expect((await rowsSince(before)).length).toBeLessThan(100);
  });

  it('guesses the secret of one application: it has to wait twice as long after each try', async () => {
    const from = { from: PROXY, headers: { 'x-forwarded-for': '203.0.113.99' } };
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1)
      statuses.push((await login('guessed', `wrong-${turn}`, from)).status);
    expect(statuses.slice(0, 5)).toEqual([400, 400, 400, 400, 400]);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4);
    const answer = await open({
      method: 'POST',
      path: '/api/v1/token',
      body: { grantType: 'app_token', AppId: 'guessed', AppSecret: 'again' },
      ...from,
    });
    answer.resume();
    expect([answer.statusCode, Number(answer.headers['retry-after']) >= 1]).toEqual([429, true]);
  });

  it('signs the audit log with the address of somebody else', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.1' };
    const before = await lastRow();
    await login('forged', 'wrong', { headers });
    await login('behind', 'wrong', { from: PROXY, headers });
    await eventually(async () =>
      expect(
        (await rowsSince(before))
          .filter(({ target }) => ['forged', 'behind'].includes(target))
          .map(({ operation, target, address, status }) => ({ operation, target, address, status })),
      ).toEqual([
        { operation: 'grant_token', target: 'forged', address: '127.0.0.1', status: 401 },
        { operation: 'grant_token', target: 'behind', address: '203.0.113.1', status: 401 },
      ]),
    );
  });
});

describe('somebody with a token', () => {
  let bearer: { readonly authorization: string };
  let logs: string;
  let id: string;
  beforeAll(async () => {
    bearer = { authorization: `Bearer ${await client.newToken()}` };
    ({ workloadId: id } = await client.create(workload('watched', QUARTER)));
    await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 60_000);
    const [pod] = await client.podsOf(id);
    logs = `/api/v1/workloads/${id}/pods/${pod.id}/logs?follow=true`;
  });
  afterAll(() => client.remove(id));

  it('asks for heads of logs and streams: none stays open, and no place is taken', async () => {
    const before = connectionsTo(schedulerPort());
    for (const path of [logs, EVENTS])
      for (let turn = 0; turn < 4 * PER_SUBJECT; turn += 1) {
        const { status } = await call({ method: 'HEAD', path, headers: bearer });
        expect(status).toBe(200);
      }
    expect(connectionsTo(schedulerPort())).toBeLessThanOrEqual(before + 2);
    for (const path of [logs, EVENTS]) {
      const answer = await open({ path, headers: bearer });
      expect(answer.statusCode).toBe(200);
      answer.destroy();
    }
  });

  it.each(['logs', 'events'])('opens more %s than a subject may: 429, until one is closed', async (kind) => {
    const path = kind === 'logs' ? logs : EVENTS;
    const before = connectionsTo(schedulerPort());
    // Those of the test before end as soon as the server notices.
    const opened: IncomingMessage[] = [];
    await eventually(async () => {
      const answer = await open({ path, headers: bearer });
      if (answer.statusCode === 200) opened.push(answer);
      else answer.resume();
      expect(opened).toHaveLength(PER_SUBJECT);
    });
    expect((await call({ path, headers: bearer })).status).toBe(429);
    for (const answer of opened) answer.destroy();
    await eventually(async () => {
      const answer = await open({ path, headers: bearer });
      answer.on('error', () => undefined).destroy();
      expect(answer.statusCode).toBe(200);
    });
    // What a client left is left upstream as well.
    await eventually(
      async () => expect(connectionsTo(schedulerPort())).toBeLessThanOrEqual(before + 2),
      20_000,
    );
  });

  it('goes on reading after the right is gone: logs and events end', async () => {
    const { rule, bearer: theirs, app } = await appWithRight('reader');
    const headers = { authorization: theirs };
    const streams = [await open({ path: logs, headers }), await open({ path: EVENTS, headers })];
    expect(streams.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const ended = streams.map(
      (stream) =>
        new Promise<void>((resolve) =>
          stream
            .on('close', resolve)
            .on('error', () => undefined)
            .resume(),
        ),
    );
    const gone = await client.call('DELETE', `/api/v1/authorization/access-rules/${rule.id}`);
    expect(gone.status).toBe(204);
    await Promise.all(ended);
    expect((await call({ path: logs, headers })).status).toBe(403);
    await client.call('DELETE', `/api/v1/apps/${app.id}`);
  });

  it('misspells a filter of the stream of events, and would be sent everything: 400', async () => {
    for (const name of ['subject', 'clusterId', 'workloadID']) {
      const { status, body } = await call({ path: `${EVENTS}?follow=false&${name}=x`, headers: bearer });
      expect([status, body.details ?? body.message]).toEqual([400, expect.stringContaining(name)]);
    }
    expect((await call({ path: '/api/v1/workloads?theirOwn=x', headers: bearer })).status).toBe(200);
  });
});
