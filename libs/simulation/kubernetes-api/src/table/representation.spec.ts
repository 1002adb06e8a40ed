import { systemContext } from '../context';
import { create } from '../operations/write';
import { knownResource } from '../resources';
import { Store } from '../store/store';
import { renderList } from './representation';

/** Kinds of list items, of which the real server includes those of custom resources alone. */
const CASES = [
  { plural: 'configmaps', group: '', kind: undefined, apiVersion: undefined },
  {
    plural: 'httproutes',
    group: 'gateway.networking.k8s.io',
    kind: 'HTTPRoute',
    apiVersion: 'gateway.networking.k8s.io/v1',
  },
];

it.each(CASES)('an item in a list of $plural is of kind $kind', ({ plural, group, kind, apiVersion }) => {
  const context = systemContext(new Store({ firstRevision: 1, historySize: 10 }));
  create(context, knownResource('namespaces'), undefined, { metadata: { name: 'team' } });
  const resource = knownResource(plural, group);
  create(context, resource, 'team', { metadata: { name: 'one' } });
  const entries = [...context.store.collection(resource).in('team')];
  const { items } = JSON.parse(renderList(resource, entries, { resourceVersion: '1' }, { as: 'object' }, 0));
  expect(items).toEqual([expect.objectContaining({ metadata: expect.objectContaining({ name: 'one' }) })]);
  expect([items[0].kind, items[0].apiVersion]).toEqual([kind, apiVersion]);
});
