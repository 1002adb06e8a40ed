import type { IncomingMessage, ServerResponse } from 'node:http';
import { maybe } from '@tessera/kernel';
import type { Caller } from '../access/caller';
import { requestOf } from '../openai/model-request';
import { HoldSlots } from '../routing/hold-queue';
import type { Replica } from '../routing/replica';
import { Workload } from '../routing/workload';
import { deadAddress, gatewayFixture, open, replica } from '../testing/gateway-fixture';
import { Affinity } from './affinity';
import { EASY_LOAD } from './choose';
import { PrefixMemories } from './prefix-memory';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const PODS = ['a', 'b', 'c', 'd'];
const SESSIONS = Array.from({ length: 40 }, (_, index) => `session-${index}`);

/** Answers with the name of its pod once all of the request is there; a body with `"user":"stays"` leaves it open. */
const named =
  (pod: string) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.once('end', () => {
      if (body.includes('"user":"stays"')) response.write(pod);
      else response.end(pod);
    });
  };

const long = (name: string): string => `${name}. `.padEnd(2_000, 'All work and no play. ');
const conversation = (system: string, ...user: readonly string[]) => ({
  model: 'chat',
  messages: [{ role: 'system', content: system }, ...user.map((content) => ({ role: 'user', content }))],
});

describe('affinity, through real sockets', () => {
  const fixtures: Fixture[] = [];
  const begin = async (options: Parameters<typeof gatewayFixture>[0] = {}, pods = PODS) => {
    const fixture = await gatewayFixture(options);
    fixtures.push(fixture);
    const replicas: Replica[] = [];
    for (const pod of pods) replicas.push(await fixture.serve(pod, named(pod)));
    const podOf = async (session: string, header = 'x-session-id'): Promise<string> =>
      (await fetch(`${fixture.url}/p1/chat/`, { headers: { [header]: session } })).text();
    /** Asks a model, or keeps asking it; resolves with the pod. */
    const ask = (body: object, stays = false, headers: Record<string, string> = {}): Promise<string> => {
      const { request, answered } = open(`${fixture.url}/p1/chat/v1/chat/completions`, 'POST');
      for (const [name, value] of Object.entries({ 'content-type': 'application/json', ...headers }))
        request.setHeader(name, value);
      request.end(JSON.stringify({ ...body, ...(stays ? { user: 'stays' } : {}) }));
      return answered.then(
        (answer) =>
          new Promise((resolve, reject) => {
            answer.once('error', reject);
            answer.once('data', (pod: Buffer) => resolve(pod.toString()));
          }),
      );
    };
    return { ...fixture, replicas, podOf, ask };
  };
  afterEach(() => Promise.all(fixtures.splice(0).map((one) => one.close())));

  describe('of sessions', () => {
    it('sends all requests of one to the same replica, and different ones to different replicas', async () => {
      const { podOf } = await begin();
      const first = await Promise.all(SESSIONS.map((one) => podOf(one)));
      const again = await Promise.all(SESSIONS.map((one) => podOf(one)));
      expect(again).toEqual(first);
      expect(new Set(first)).toEqual(new Set(PODS));
    });

    it('moves only those of a removed replica, and reads the configured header', async () => {
      const { podOf, source } = await begin({ sessionHeader: 'x-conversation' });
      const podsNow = () => Promise.all(SESSIONS.map((one) => podOf(one, 'x-conversation')));
      const before = await podsNow();
      source.report('gone', replica('b'));
      const after = await podsNow();
      expect(after).not.toContain('b');
      expect(after.filter((_, index) => before[index] !== 'b')).toEqual(before.filter((pod) => pod !== 'b'));
    });

    it('moves to another replica when its own refuses the connection', async () => {
      const { podOf, source } = await begin({}, ['a', 'b']);
      source.report('present', replica('c', { address: await deadAddress() }));
      const pods = await Promise.all(SESSIONS.map((one) => podOf(one)));
      expect(new Set(pods)).toEqual(new Set(['a', 'b']));
    });

    it('keeps the hard limit: further requests go to other replicas', async () => {
      const { ask, source } = await begin();
      source.setWorkload({ concurrencyHardLimit: 1 });
      const pods: string[] = [];
      for (const _ of PODS) pods.push(await ask({}, true, { 'x-session-id': 's' }));
      expect(pods.sort()).toEqual(PODS);
    });

    it('is the same at two gateways, in whatever order they saw the replicas', async () => {
      const one = await begin();
      const other = await begin({}, []);
      for (const served of [...one.replicas].reverse()) other.source.report('present', served);
      const pods = await Promise.all(SESSIONS.map((session) => one.podOf(session)));
      expect(await Promise.all(SESSIONS.map((session) => other.podOf(session)))).toEqual(pods);
    });
  });

  describe('of prompts', () => {
    it('sends prompts with a common beginning to the same replica, and spreads others', async () => {
      const { ask } = await begin();
      const systems = PODS.map((_, index) => long(`system ${index}`));
      const first: string[] = [];
      for (const system of systems) first.push(await ask(conversation(system, 'Hello?')));
      expect([...first].sort()).toEqual(PODS);
      for (const question of ['Why?', 'How?', 'Who?']) {
        const pods = await Promise.all(systems.map((system) => ask(conversation(system, question))));
        expect(pods).toEqual(first);
      }
    });

    it('does not count beginnings of less than 1,024 characters', async () => {
      const { ask } = await begin();
      const pods: string[] = [];
      for (const _ of PODS) pods.push(await ask(conversation(long('short').slice(0, 900), 'Hello?')));
      expect(pods.sort()).toEqual(PODS);
    });

    it('moves when the replica is too loaded, and knows the second one from then on', async () => {
      const { ask, source } = await begin();
      const same = conversation(long('system'), 'Hello?');
      const pods: string[] = [];
      for (let request = 0; request <= EASY_LOAD; request += 1) pods.push(await ask(same, true));
      const [home, ...others] = pods;
      expect(new Set(others.slice(0, -1))).toEqual(new Set([home]));
      const second = others.at(-1);
      expect(second).not.toBe(home);
      expect(await ask(same)).toBe(second);
      source.report('gone', replica(home ?? ''));
      expect(await ask(same)).toBe(second);
    });

    it('is counted, of workloads that have any', async () => {
      const { ask, podOf, series } = await begin();
      const choices = async () =>
        Object.fromEntries(
          (await series('tessera_gateway_choices_total')).map((line) => [
            /choice="([^"]*)"/.exec(line)?.[1],
            Number(line.slice(line.lastIndexOf(' '))),
          ]),
        );
      await ask(conversation('short', 'Hello?'));
      expect(await choices()).toEqual({});
      for (let request = 0; request < 3; request += 1) await ask(conversation(long('system'), 'Hello?'));
      await podOf('session');
      expect(await choices()).toEqual({ none: 2, prefix: 2, prefix_moved: 0, session: 1, session_moved: 0 });
    });

    it('keeps the hard limit, and lets requests wait for a slot', async () => {
      const { ask, source } = await begin({ holdMs: 50 }, ['a', 'b']);
      source.setWorkload({ concurrencyHardLimit: 1 });
      const same = conversation(long('system'), 'Hello?');
      const pods = [await ask(same, true), await ask(same, true)];
      expect(pods.sort()).toEqual(['a', 'b']);
      expect(await ask(same)).toContain('"type":"rate_limit_error"');
    });
  });
});

describe('a prompt in the memory of a gateway', () => {
  const workload = (id: string): Workload => {
    const made = new Workload('p1', id, {
      holdLimit: 1,
      slots: new HoldSlots(1),
      prefixes: new PrefixMemories({ each: 100, total: 200 }),
      onWake: () => undefined,
      gateways: () => 1,
      now: () => 0,
    });
    made.put(replica('a', { workloadId: id }));
    return made;
  };
  const affinity = new Affinity({ sessionHeader: 'x-session-id' });
  const request = requestOf('chat/completions', conversation(long('system')));
  const caller = (id: string, project?: string): Caller => ({
    ...{ kind: 'key', id, name: id },
    rights: { scope: { projects: new Set(), workloads: new Set() } },
    ...maybe('project', project),
  });
  const chat = workload('chat');
  const hashesOf = (by: Caller | undefined, of = chat, at = affinity): readonly number[] => {
    const preference = at.of({}, of, by, request, undefined);
    return preference?.by === 'prompt' ? preference.hashes() : [];
  };

  it('is the same for callers of one project, and for nobody else', () => {
    const asked = hashesOf(caller('k1', 'p1'));
    expect(asked.length).toBeGreaterThan(2);
    expect(hashesOf(caller('k2', 'p1'))).toEqual(asked);
    const others = [
      ...hashesOf(caller('k1', 'p2')),
      ...hashesOf(caller('k1')),
      ...hashesOf(caller('k2')),
      ...hashesOf(undefined),
      ...hashesOf(caller('k1', 'p1'), workload('other')),
      ...hashesOf(caller('k1', 'p1'), chat, new Affinity({ sessionHeader: 'x-session-id' })),
    ];
    expect(others.filter((hash) => asked.includes(hash))).toEqual([]);
    expect(new Set(others).size).toBe(others.length);
  });

  it('counts for endpoints that compute one, unless the request names its session', () => {
    const by = (headers: Record<string, string>, endpoint: typeof request.endpoint) =>
      affinity.of(headers, chat, undefined, { ...request, endpoint }, undefined)?.by;
    expect(by({}, 'messages')).toBe('prompt');
    expect(by({}, 'embeddings')).toBeUndefined();
    expect(by({ 'x-session-id': 's' }, 'messages')).toBe('session');
    expect(by({ 'x-session-id': '' }, 'embeddings')).toBeUndefined();
    expect(affinity.of({}, chat, undefined, undefined, undefined)).toBeUndefined();
  });
});
