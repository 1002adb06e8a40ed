import { eventually } from '@tessera/testing-services/eventually';
import { RoutingTable } from '../../routing/routing-table';
import type { Workload } from '../../routing/workload';
import { knownWorkload } from '../../testing/gateway-fixture';
import { alias, modelFixture } from '../../testing/model-fixture';
import { AliasTable } from './alias-table';
import { ModelNames } from './model-names';

const MANY = 5_000;

describe('an unauthenticated request to the endpoint for all models', () => {
  it('checks only public workloads, however many others there are', () => {
    const table = new RoutingTable({ holdLimit: 1, holdTotal: 1, cacheMs: 1_000, now: () => 0 });
    const aliases = new AliasTable();
    aliases.update([alias()]);
    const names = new ModelNames(table, aliases);
    const add = (workload: string, access: 'public' | 'authenticated'): void =>
      table.applyWorkload({
        type: 'present',
        known: knownWorkload({ uid: workload, workload, workloadId: workload, access }),
      });
    for (let index = 0; index < MANY; index += 1) add(`secret-${index}`, 'authenticated');
    const checked: string[] = [];
    const mayCall = (workload: Workload): boolean => {
      checked.push(workload.name);
      return workload.access === 'public';
    };
    expect([names.anyPublic(mayCall), names.list(mayCall, true), checked]).toEqual([false, [], []]);
    add('open', 'public');
    expect(names.anyPublic(mayCall)).toBe(true);
    expect(names.list(mayCall, true).map(({ id }) => id)).toEqual(['open']);
    expect(new Set(checked)).toEqual(new Set(['open']));
    add('open', 'authenticated');
    expect(names.anyPublic(mayCall)).toBe(false);
  });

  it('lists the workloads that are public now', async () => {
    const fixture = await modelFixture();
    const ids = (): Promise<string[]> => fixture.idsFor();
    await fixture.serveModel('p1', 'chat');
    await fixture.serveModel('p1', 'secret', 'authenticated');
    expect(await ids()).toEqual(['chat']);
    fixture.source.setWorkload({
      uid: 'owner-p1-secret',
      workload: 'secret',
      workloadId: 'p1-secret',
      access: 'public',
    });
    expect(await ids()).toEqual(['chat', 'secret']);
    fixture.source.setWorkload({
      uid: 'owner-p1-chat',
      workload: 'chat',
      workloadId: 'p1-chat',
      access: 'authenticated',
    });
    expect(await ids()).toEqual(['secret']);
    fixture.source.setWorkload(
      { uid: 'owner-p1-secret', workload: 'secret', workloadId: 'p1-secret', access: 'public' },
      'gone',
    );
    // The replica of the deleted workload serves requests until its pod is gone.
    await eventually(async () => expect(await ids()).toEqual(['secret']));
    await fixture.close();
  });
});
