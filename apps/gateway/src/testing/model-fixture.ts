import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { FeedAlias } from '@tessera/contracts-internal/gateway';
import type { ServingAccess } from '@tessera/domain-workload/access';
import { maybe } from '@tessera/kernel';
import { gatewayFixture, type GatewayFixtureOptions } from './gateway-fixture';
import { servingKey } from './serving-key';

/** Key for the workloads of `p1`. */
export const KEY = 'tsk-p1';
/** Key for the workloads of `p2`. */
export const OTHER_KEY = 'tsk-p2';

/** An alias `gpt` of the platform for the workload `chat` of `p1`. */
export const alias = (more: Partial<FeedAlias> = {}): FeedAlias => ({
  id: 'alias-1',
  name: 'gpt',
  targets: [{ project: 'p1', workload: 'chat', weight: 1 }],
  fallbacks: [],
  createdAt: '2026-01-01T00:00:00Z',
  ...more,
});

/** A gateway whose workloads respond with their id and the model in the request. */
export async function modelFixture(options?: GatewayFixtureOptions) {
  const fixture = await gatewayFixture(options);
  fixture.callers.update({
    keys: [servingKey(KEY), servingKey(OTHER_KEY, { scope: { projects: ['p2'], workloads: [] } })],
    subjects: [],
  });
  const ask = async (
    model: unknown,
    headers: Record<string, string> = {},
    url = `${fixture.url}/v1/chat/completions`,
  ) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ model }), headers });
    const cookie = response.headers.get('set-cookie');
    return { status: response.status, body: await response.text(), cookie };
  };
  const models = async (headers: Record<string, string> = {}, path = '') => {
    const response = await fetch(`${fixture.url}/v1/models${path}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    ...fixture,
    ask,
    models,
    /** Adds a workload with a ready replica. */
    async serveModel(
      project: string,
      workload: string,
      access: ServingAccess = 'public',
      { status = 200, servedModel }: { readonly status?: number; readonly servedModel?: string } = {},
    ): Promise<void> {
      const workloadId = `${project}-${workload}`;
      fixture.source.setWorkload({ uid: `owner-${workloadId}`, project, workload, workloadId, access });
      const answer = async (request: Parameters<typeof text>[0], response: ServerResponse) => {
        const { model } = JSON.parse(await text(request)) as { model: string };
        response.writeHead(status, { 'set-cookie': 'a=b' }).end(`${workloadId} as ${model}`);
      };
      const identity = { project, workload, workloadId, ...maybe('servedModel', servedModel) };
      await fixture.serve(`${workloadId}-0`, (request, response) => void answer(request, response), identity);
    },
    /** Sends a request and returns the status and the error in the response. */
    async errorOf(...args: Parameters<typeof ask>) {
      const { status, body } = await ask(...args);
      const { error } = JSON.parse(body) as { error: Record<string, unknown> };
      return { status, ...error };
    },
    /** Ids of the models in the list. */
    async idsFor(headers: Record<string, string> = {}): Promise<string[]> {
      return ((await models(headers)).body['data'] as { id: string }[]).map(({ id }) => id);
    },
  };
}
