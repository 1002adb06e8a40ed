import { eventually } from '@tessera/testing-services/eventually';
import { RoutingTable } from '../../routing/routing-table';
import type { Workload } from '../../routing/workload';
import { knownWorkload } from '../../testing/gateway-fixture';
import { alias, modelStage } from '../../testing/model-stage';
import { AliasBook } from './alias-book';
import { ModelNames } from './model-names';

const MANY = 5_000;

describe('what a stranger asks of the endpoint for all models', () => {
  it('is answered without a look at workloads that are not public, however many there are', () => {
    const table = new RoutingTable({ holdLimit: 1, holdTotal: 1, cacheMs: 1_000, now: () => 0 });
    const aliases = new AliasBook();
    aliases.hear([alias()]);
    const names = new ModelNames(table, aliases);
    const know = (workload: string, access: 'public' | 'authenticated'): void =>
      table.applyWorkload({
        type: 'present',
        known: knownWorkload({ uid: workload, workload, workloadId: workload, access }),
      });
    for (let index = 0; index < MANY; index += 1) know(`secret-${index}`, 'authenticated');
    const looked: string[] = [];
    const mayCall = (workload: Workload): boolean => {
      looked.push(workload.name);
      return workload.access === 'public';
    };
    expect([names.anyPublic(mayCall), names.list(mayCall, true), looked]).toEqual([false, [], []]);
    know('open', 'public');
    expect(names.anyPublic(mayCall)).toBe(true);
    expect(names.list(mayCall, true).map(({ id }) => id)).toEqual(['open']);
    expect(new Set(looked)).toEqual(new Set(['open']));
    know('open', 'authenticated');
    expect(names.anyPublic(mayCall)).toBe(false);
  });

  it('follows what is public now', async () => {
    const fixture = await modelStage();
    const ids = (): Promise<string[]> => fixture.idsFor();
    await fixture.serveModel('p1', 'chat');
    await fixture.serveModel('p1', 'secret', 'authenticated');
    expect(await ids()).toEqual(['chat']);
    fixture.source.know({
      uid: 'owner-p1-secret',
      workload: 'secret',
      workloadId: 'p1-secret',
      access: 'public',
    });
    expect(await ids()).toEqual(['chat', 'secret']);
    fixture.source.know({
      uid: 'owner-p1-chat',
      workload: 'chat',
      workloadId: 'p1-chat',
      access: 'authenticated',
    });
    expect(await ids()).toEqual(['secret']);
    fixture.source.know(
      { uid: 'owner-p1-secret', workload: 'secret', workloadId: 'p1-secret', access: 'public' },
      'gone',
    );
    // Its replica serves on until it has gone.
    await eventually(async () => expect(await ids()).toEqual(['secret']));
    await fixture.close();
  });
});
