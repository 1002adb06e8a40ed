import { randomUUID } from 'node:crypto';
import {
  encodeEvent,
  EVENTS,
  eventsTopic,
  formatSequence,
  type TesseraEvent,
} from '@tessera/contracts-events';
import { PostgresEventStore } from '@tessera/adapter-postgres';
import { workloadRef } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { apiUnderTest, CREDENTIALS, type ApiUnderTest, type Json } from './testing/api-under-test';
import { EventSourceUnderTest } from './testing/event-source';
import { accessRule, branch, type Branch } from './testing/two-org-units';

jest.setTimeout(60_000);
const EVENTS_PATH = '/api/v1/tessera/events';
const LIMIT = 3;
const VIEWER = 9;

let t: ApiUnderTest;
let own: Branch;
let foreign: Branch;
let admin: string;
const open: EventSourceUnderTest[] = [];

beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_EVENT_STREAMS_PER_SUBJECT: String(LIMIT) });
  own = await branch(t, 'own');
  foreign = await branch(t, 'foreign');
  admin = await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
}, 120_000);
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(() => t.close());

let events = 0;
/** An event about the workload of a branch. */
function eventOf(at: Branch, name: 'deleted' | 'updated' = 'updated'): TesseraEvent {
  events += 1;
  const { workloadId, clusterId, projectId, departmentId } = at;
  const ref = { ...workloadRef(1, { workloadId, clusterId, projectId, departmentId }), generation: 1 };
  return {
    name,
    attributes: {
      id: `event-${events}-${randomUUID()}`,
      source: '/tessera/test',
      subject: workloadId,
      time: '2026-01-01T12:00:00.000Z',
      sequence: formatSequence(events),
      clusterid: clusterId,
      projectid: projectId,
      workloadname: ref.name,
    },
    data: name === 'updated' ? { ...ref, updatedBy: 'somebody' } : ref,
  } as TesseraEvent;
}

/** Publishes events to the log as services do; returns their ids. */
async function publish(...reported: readonly TesseraEvent[]): Promise<readonly string[]> {
  const topic = eventsTopic('tessera').name;
  await t.log.publish(reported.map((event) => ({ topic, ...encodeEvent(event) })));
  await t.settle();
  return reported.map(({ attributes }) => attributes.id);
}

async function follow(
  query = '',
  token = admin,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventSourceUnderTest> {
  const stream = await EventSourceUnderTest.open(`${t.url}${EVENTS_PATH}${query}`, token, headers);
  open.push(stream);
  return stream;
}

const idsOf = (stream: EventSourceUnderTest): readonly string[] =>
  stream.seen.map(({ data }) => data.id as string);

/** A millisecond after an event was recorded: far less than the next one takes to be recorded. */
async function after(id: string): Promise<string> {
  const [row]: { at: Date }[] = await t.dataSource.query('select at from api.events where event_id = $1', [
    id,
  ]);
  return new Date((row as { at: Date }).at.getTime() + 1).toISOString();
}

/** Creates an application with a role in a project; returns its token. */
async function reader(projectId: string): Promise<{ readonly token: string; readonly ruleId: string }> {
  const name = `reader-${randomUUID()}`;
  const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name } });
  const ruleId = await accessRule(t, { id: app.id, kind: 'app' }, VIEWER, 'project', projectId);
  const token = await t.api.issuer.issue({
    ...{ id: app.id, kind: 'app', name, tenantId: 1, clientId: name, secretVersion: 1 },
  });
  return { token, ruleId };
}

describe('following', () => {
  it('responds at once, and then sends each event as a CloudEvent when it happens', async () => {
    const stream = await follow();
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
    const event = eventOf(own);
    const [id] = await publish(event);
    await eventually(() => expect(idsOf(stream)).toEqual([id]));
    expect(stream.seen[0]).toMatchObject({
      type: EVENTS.updated.type,
      id: stream.lastEventId,
      data: {
        ...event.attributes,
        specversion: '1.0',
        type: EVENTS.updated.type,
        datacontenttype: 'application/json',
        data: event.data,
      },
    });
  });

  it('begins at a time, and behind an id where both are given', async () => {
    const [old] = await publish(eventOf(own));
    const between = await after(old as string);
    const ids = await publish(eventOf(own), eventOf(own));
    const since = await follow(`?follow=false&since=${between}`);
    await eventually(() => expect(since.ended).toBe(true));
    expect(idsOf(since)).toEqual(ids);
    const behind = await follow(`?follow=false&since=${between}&lastEventId=${since.lastEventId}`);
    await eventually(() => expect(behind.ended).toBe(true));
    expect(idsOf(behind)).toEqual([]);
    const all = await follow('?follow=false&since=2020-01-01T00:00:00Z');
    await eventually(() => expect(all.ended).toBe(true));
    expect(idsOf(all)).toEqual(expect.arrayContaining([old, ...ids]));
  });

  it('sends exactly what was missed after Last-Event-ID, and a duplicate event once', async () => {
    const first = await follow();
    await publish(eventOf(own));
    await eventually(() => expect(first.seen).toHaveLength(1));
    first.close();
    const missed = [eventOf(own), eventOf(foreign), eventOf(own)];
    const ids = await publish(...missed);
    await publish(...missed);
    const again = await follow('?lastEventId=0', admin, { 'last-event-id': first.lastEventId });
    await eventually(() => expect(idsOf(again)).toEqual(ids));
    const [last] = await publish(eventOf(own));
    await eventually(() => expect(idsOf(again)).toEqual([...ids, last]));
    const once = await follow(`?follow=false&lastEventId=${first.lastEventId}`);
    await eventually(() => expect(once.ended).toBe(true));
    expect(idsOf(once)).toEqual([...ids, last]);
  });

  it.each([
    ['project', (): string => `projectId=${own.projectId}`, [0, 2]],
    ['type', (): string => `type=${EVENTS.deleted.type}`, [2, 3]],
    ['workload', (): string => `workloadId=${foreign.workloadId}`, [1, 3]],
    ['all of them', (): string => `projectId=${own.projectId}&type=${EVENTS.deleted.type}`, [2]],
    ['several values', (): string => `projectId=${own.projectId},${foreign.projectId}`, [0, 1, 2, 3]],
  ])('filters by %s', async (_what, query, wanted) => {
    const stream = await follow(`?${query()}`);
    const ids = await publish(
      eventOf(own),
      eventOf(foreign),
      eventOf(own, 'deleted'),
      eventOf(foreign, 'deleted'),
    );
    const last = await follow(`?${query()}&follow=false&lastEventId=${stream.lastEventId || '0'}`);
    await eventually(() => expect(last.ended).toBe(true));
    await eventually(() => expect(idsOf(stream)).toEqual(wanted.map((index) => ids[index])));
  });

  it.each([
    ['an unknown type', '?type=io.tessera.inference.exploded.v1', {}, /exploded/],
    ['a type that is not a public event', `?type=${EVENTS.apply.type}`, {}, /is not one of/],
    ['a workload id that is malformed', '?workloadId=chat', {}, /is not a UUID/],
    ['a malformed event id', '', { 'last-event-id': 'abc' }, /Last-Event-ID/],
    ['an id that no event has yet', '?lastEventId=999999999999', {}, /no event has the id/],
  ])('rejects %s with 400', async (_what, query, headers, message) => {
    const answer = await t.call('GET', `${EVENTS_PATH}${query}`, { headers });
    expect([answer.status, answer.body.code]).toEqual([400, 400]);
    expect(`${answer.body.message} ${answer.body.details}`).toMatch(message);
  });

  it('reports a gap when requested events are past their retention', async () => {
    await publish(eventOf(own), eventOf(own));
    const { newest } = await t.api.events.ends();
    await t.dataSource.query(
      `update api.events set at = at - interval '8 days' where position <= $1::bigint - 1`,
      [newest],
    );
    await t.api.events.prune(7 * 24 * 3600_000);
    const stream = await follow('?follow=false&lastEventId=1');
    await eventually(() => expect(stream.ended).toBe(true));
    const upTo = String(Number(newest) - 1);
    expect(stream.seen.map(({ type, data }) => [type, data.upTo])).toEqual([
      ['missed', upTo],
      [EVENTS.updated.type, undefined],
    ]);
  });
});

describe('rights', () => {
  it('hold for every event: nothing of another project is sent', async () => {
    const { token } = await reader(own.projectId);
    const stream = await follow('', token);
    const narrowed = await follow(`?projectId=${foreign.projectId}`, token);
    await publish(eventOf(foreign));
    const [id] = await publish(eventOf(own));
    await eventually(() => expect(idsOf(stream)).toEqual([id]));
    expect(narrowed.seen).toEqual([]);
  });

  it('are checked again while a stream is open', async () => {
    const { token, ruleId } = await reader(own.projectId);
    const stream = await follow('', token);
    await publish(eventOf(own));
    await eventually(() => expect(stream.seen).toHaveLength(1));
    expect((await t.call('DELETE', `/api/v1/authorization/access-rules/${ruleId}`)).status).toBeLessThan(300);
    await publish(eventOf(own));
    await eventually(() => expect(stream.ended).toBe(true));
    expect([stream.seen.length, stream.broken]).toEqual([1, undefined]);
  });

  it('allow a limited number of open streams', async () => {
    const { token } = await reader(own.projectId);
    const streams = [];
    for (let count = 0; count < LIMIT; count += 1) streams.push(await follow('', token));
    const refused = await t.call('GET', EVENTS_PATH, { token });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(refused.body.details).toBe(`at most ${LIMIT} event streams at once`);
    streams[0]?.close();
    await eventually(async () => {
      const one = await follow('', token);
      expect(one.response.statusCode).toBe(200);
    });
  });

  it('end with the token', async () => {
    const { token } = await reader(own.projectId);
    const stream = await follow('', token);
    t.clock.advance(3606_000);
    await eventually(() => expect(stream.ended).toBe(true));
    expect(stream.broken).toBeUndefined();
    expect((await t.call('GET', EVENTS_PATH, { token })).status).toBe(401);
    admin = await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
  });
});

describe('the order of events', () => {
  it('is the same for all readers and has no gaps, however many instances append at once', async () => {
    const stores = Array.from({ length: 4 }, () => new PostgresEventStore(t.dataSource));
    const { newest } = await t.api.events.ends();
    const reported: TesseraEvent[] = Array.from({ length: 200 }, () => eventOf(own));
    const seen: string[] = [];
    let position = newest;
    let done = false;
    const reading = (async () => {
      for (let last = false; !last;) {
        last = done;
        const page = await t.api.events.after({
          seen: { all: true, tenantId: (await tenant()) as number },
          after: position,
          limit: 7,
        });
        position = page.position;
        seen.push(...page.events.map(({ json }) => (JSON.parse(json) as Json).id));
        if (!page.complete) last = false;
      }
    })();
    await Promise.all(
      stores.map(async (store, index) => {
        const mine = reported.filter((_event, number) => number % stores.length === index);
        for (let at = 0; at < mine.length; at += 3) await store.record(mine.slice(at, at + 3));
      }),
    );
    done = true;
    await reading;
    expect(new Set(seen)).toEqual(new Set(reported.map(({ attributes }) => attributes.id)));
    expect(seen).toHaveLength(reported.length);
  });

  const tenant = async (): Promise<unknown> =>
    (await t.dataSource.query('select tenant_id from api.workloads limit 1'))[0].tenant_id;
});

describe('stopping', () => {
  it('ends the streams, so that no client waits for them', async () => {
    const other = await apiUnderTest();
    const token = await other.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
    const stream = await EventSourceUnderTest.open(`${other.url}${EVENTS_PATH}`, token);
    await other.close();
    await eventually(() => expect([stream.ended, stream.broken]).toEqual([true, undefined]));
  });
});
