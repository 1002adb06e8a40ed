import { workloadRef } from '@tessera/testing-builders';
import { KnownWorkloads } from './known-workloads';
import type { AcceptedWorkload } from '../model/workload';

const ref = (workloadId: string) => workloadRef(1, { workloadId, name: workloadId });

/** Workloads of a database that finds `rows` and lists `listed` at the start. */
function known(listed: readonly string[], rows: Readonly<Record<string, { deleted: boolean }>>) {
  const asked: (readonly string[])[] = [];
  const found: string[] = [];
  const errors: unknown[] = [];
  const workloads = {
    refs: async () => listed.map(ref),
    load: async (ids: readonly string[]) => {
      asked.push(ids);
      if (ids.includes('broken')) throw new Error('the database is unavailable');
      return ids.flatMap((id) => {
        const row = rows[id];
        return row === undefined ? [] : [{ ref: ref(id), deleted: row.deleted } as AcceptedWorkload];
      });
    },
  };
  const onError = (error: unknown): void => void errors.push(error);
  return {
    it: new KnownWorkloads({ workloads, onNew: (id) => found.push(id), onError }),
    asked,
    found,
    errors,
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the workloads that a scheduler knows', () => {
  it('are all that exist at its start, each reported once', async () => {
    const t = known(['a', 'b'], {});
    await t.it.read();
    await t.it.read();
    expect([t.it.refs.of('a')?.namespace, t.found]).toEqual(['runai-project-1', ['a', 'b']]);
  });

  it('are looked up in batches when a pod names one that came later', async () => {
    const t = known([], { late: { deleted: false }, other: { deleted: false }, old: { deleted: true } });
    for (const id of ['late', 'other', 'old', 'invented', 'late']) t.it.ask(id);
    await settle();
    expect(t.asked).toEqual([['late'], ['other', 'old', 'invented', 'late']]);
    expect(t.found).toEqual(['late', 'other']);
    expect(t.it.refs.of('old')).toBeUndefined();
  });

  it('can be looked up again after a database failure', async () => {
    const t = known([], { late: { deleted: false } });
    t.it.ask('broken');
    await settle();
    t.it.ask('late');
    await settle();
    expect([t.errors.length, t.found]).toEqual([1, ['late']]);
  });
});
