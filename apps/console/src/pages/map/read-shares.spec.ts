import type { ApiClient, Call } from '../../api/client';
import { readShares } from './read-shares';

const node = (name: string, gpus: () => readonly unknown[]) => ({
  ...{ name, nodePool: 'a', status: 'Ready' },
  get gpus() {
    return gpus();
  },
});

describe('the shares of a cluster', () => {
  it('are those of all pages in order; a page is asked for before the one before it is made', async () => {
    const steps: string[] = [];
    const call = (_operation: string, { query }: Call) => {
      const offset = Number(query?.['offset']);
      steps.push(`asked for ${offset}`);
      const made = node(`node-${offset}`, () => {
        steps.push(`made ${offset}`);
        return [];
      });
      return Promise.resolve({ nodes: [made], ...(offset < 2 ? { next: offset + 1 } : {}) });
    };
    const api = { call } as unknown as Pick<ApiClient, 'call'>;
    const nodes = await readShares(api, 'c', false, new AbortController().signal);
    expect(nodes.map(({ name }) => name)).toEqual(['node-0', 'node-1', 'node-2']);
    expect(steps).toEqual([
      ...['asked for 0', 'asked for 1', 'made 0'],
      ...['asked for 2', 'made 1', 'made 2'],
    ]);
  });
});
