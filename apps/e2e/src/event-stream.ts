import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from './client';
import type { Connection } from './platform';

const TYPES = ['created', 'replica-scheduled', 'gpu-allocated'].map(
  (name) => `io.tessera.inference.${name}.v1`,
);
const QUARTER = gpuPortion(0.25);

const eventsIn = (
  text: string,
): readonly { readonly id: string; readonly type: string; readonly data: Json }[] =>
  text.split('\n\n').flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    return data === undefined
      ? []
      : [{ id: field('id') ?? '', type: field('event') ?? '', data: JSON.parse(data) as Json }];
  });

/** A workload's events as they arrive over HTTP, exactly those that were missed after a break, and none for a stranger. */
export function eventStream(connection: () => Connection): void {
  it('streams the events of a workload, goes on where a client left off, and sends a stranger nothing', async () => {
    const client = new Client(connection);
    const path = '/api/v1/tessera/events';
    const live = await client.follow(`${path}?type=${TYPES.join(',')}`);
    const { workloadId: id } = await client.create(workload('streamed', QUARTER));
    for (const type of TYPES) await live.until(`event: ${type}`);
    live.stop();

    const kept = async (query: string) =>
      eventsIn(await client.text(`${path}?follow=false&workloadId=${id}&${query}`));
    await eventually(async () => expect(await client.phaseOf(id)).toBe('Running'), 30_000);
    const before = await kept('lastEventId=0');
    expect(before.map(({ type }) => type)).toEqual(expect.arrayContaining(TYPES));
    const last = before.at(-1)?.id ?? '';
    await client.remove(id);
    await eventually(async () => {
      const missed = await kept(`lastEventId=${last}`);
      expect(missed.at(-1)?.type).toBe('io.tessera.inference.deleted.v1');
      expect([...before, ...missed]).toEqual(await kept('lastEventId=0'));
    }, 30_000);

    const { body: department } = await client.call('GET', '/api/v1/org-unit/departments');
    const { id: parentId, clusterId } = department.departments[0];
    const elsewhere = { name: 'elsewhere', parentId, clusterId, resources: [] };
    const { body: project } = await client.call('POST', '/api/v1/org-unit/projects', elsewhere);
    const { body: app } = await client.call('POST', '/api/v1/apps', { name: 'stranger' });
    const rule = {
      subjectId: app.id,
      subjectType: 'app',
      roleId: 9,
      scopeType: 'project',
      scopeId: project.id,
    };
    expect((await client.call('POST', '/api/v1/authorization/access-rules', rule)).status).toBe(201);
    const stranger = new Client(() => ({
      ...connection(),
      application: { id: app.clientId, secret: app.clientSecret },
    }));
    expect(eventsIn(await stranger.text(`${path}?follow=false&lastEventId=0`))).toEqual([]);
  });
}
