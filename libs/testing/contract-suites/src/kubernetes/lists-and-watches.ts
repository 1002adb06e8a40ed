import { configMap, pod, Fixture } from './fixture';
import { eventually } from '@tessera/testing-services/eventually';
import { type KubernetesUnderTest, type OpenWatch } from './wire';

const reported = (watch: OpenWatch): readonly string[] =>
  watch.seen
    .filter(({ type }) => type !== 'BOOKMARK')
    .map(({ type, object }) => `${type} ${object.metadata.name}`);

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** Lists, pages, selectors and watches. */
export function listExpectations(target: () => KubernetesUnderTest): void {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await Fixture.open(target());
  });
  afterEach(() => fixture.close());

  const names = async (query: string, plural = 'configmaps'): Promise<readonly string[]> =>
    (await fixture.api.get(`${fixture.at(plural)}?${query}`)).body.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );

  describe('lists', () => {
    it('name their kind and version; their items do not', async () => {
      await fixture.make('secrets', { metadata: { name: 'one' } });

      const { body } = await fixture.api.get(fixture.at('secrets'));

      expect(body).toMatchObject({
        kind: 'SecretList',
        apiVersion: 'v1',
        metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      });
      expect(body.items[0]).not.toHaveProperty('kind');
    });

    it('are selected by labels', async () => {
      await fixture.make('secrets', { metadata: { name: 'a', labels: { tier: 'front', env: 'prod' } } });
      await fixture.make('secrets', { metadata: { name: 'b', labels: { tier: 'back' } } });
      await fixture.make('secrets', { metadata: { name: 'c' } });
      const select = (selector: string) => names(`labelSelector=${encodeURIComponent(selector)}`, 'secrets');

      expect(await select('tier=front')).toEqual(['a']);
      expect(await select('tier!=front')).toEqual(['b', 'c']);
      expect(await select('tier in (front,back),env')).toEqual(['a']);
      expect(await select('tier notin (front)')).toEqual(['b', 'c']);
      expect(await select('!tier')).toEqual(['c']);
    });

    it('are selected by the fields that the server knows', async () => {
      await fixture.make('pods', pod('here', { spec: { nodeName: 'node-1' } }));
      await fixture.make('pods', pod('waiting'));
      const select = (selector: string) => names(`fieldSelector=${encodeURIComponent(selector)}`, 'pods');

      expect(await select('spec.nodeName=node-1')).toEqual(['here']);
      expect(await select('spec.nodeName!=')).toEqual(['here']);
      expect(await select('spec.nodeName=,status.phase=Pending')).toEqual(['waiting']);
      expect(await select('metadata.name=here')).toEqual(['here']);
      expect(
        (await fixture.api.get(`${fixture.at('pods')}?fieldSelector=spec.priority%3D1`)).body,
      ).toMatchObject({
        code: 400,
        reason: 'BadRequest',
        message: expect.stringContaining('field label not supported: spec.priority'),
      });
    });

    it('come in pages that show one moment', async () => {
      for (const name of ['a', 'b', 'c', 'd']) await fixture.make('secrets', { metadata: { name } });
      const first = (await fixture.api.get(`${fixture.at('secrets')}?limit=2`)).body;
      await fixture.api.remove(fixture.at('secrets', 'c'));
      await fixture.make('secrets', { metadata: { name: 'e' } });

      const second = (
        await fixture.api.get(`${fixture.at('secrets')}?limit=9&continue=${first.metadata.continue}`)
      ).body;

      expect(first.items).toHaveLength(2);
      expect(first.metadata.remainingItemCount).toBe(2);
      expect(second.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
        'c',
        'd',
      ]);
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    it('can be tables', async () => {
      await fixture.make('pods', pod('shown', { spec: { nodeName: 'node-1' } }));

      const { body } = await fixture.api.get(fixture.at('pods'), { accept: TABLE });

      expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      expect(body.columnDefinitions.map((column: { name: string }) => column.name)).toEqual([
        'Name',
        'Ready',
        'Status',
        'Restarts',
        'Age',
        'IP',
        'Node',
        'Nominated Node',
        'Readiness Gates',
      ]);
      expect(body.rows[0].cells.slice(0, 4)).toEqual(['shown', '0/1', 'Pending', expect.anything()]);
      expect(body.rows[0].object).toMatchObject({
        kind: 'PartialObjectMetadata',
        metadata: { name: 'shown' },
      });
    });
  });

  describe('watches', () => {
    const listVersion = async (plural: string): Promise<string> =>
      (await fixture.api.get(fixture.at(plural))).body.metadata.resourceVersion as string;

    it('deliver all events after a list, in order', async () => {
      const resourceVersion = await listVersion('secrets');
      await fixture.make('secrets', { metadata: { name: 'early' } });
      const watch = await fixture.api.watch(fixture.at('secrets'), { resourceVersion });
      await fixture.api.patch(fixture.at('secrets', 'early'), 'merge', { stringData: { a: '1' } });
      await fixture.api.remove(fixture.at('secrets', 'early'));

      await eventually(() =>
        expect(reported(watch)).toEqual(['ADDED early', 'MODIFIED early', 'DELETED early']),
      );

      const versions = watch.seen.map(({ object }) => Number(object.metadata.resourceVersion));
      expect([...versions].sort((a, b) => a - b)).toEqual(versions);
      expect(new Set(versions).size).toBe(3);
      expect(watch.seen[0]?.object).toMatchObject({ kind: 'Secret', apiVersion: 'v1' });
    });

    it.each([undefined, '0'])('begin with what is there for version %s', async (resourceVersion) => {
      await fixture.make('secrets', { metadata: { name: 'present' } });

      const watch = await fixture.api.watch(
        fixture.at('secrets'),
        resourceVersion === undefined ? {} : { resourceVersion },
      );

      await eventually(() => expect(reported(watch)).toEqual(['ADDED present']));
    });

    it('from a version that the server has not reached show nothing until then', async () => {
      const version = Number(await listVersion('secrets'));
      const from = version + 3;
      const now = await fixture.api.watch(fixture.at('secrets'), { resourceVersion: String(version) });
      const later = await fixture.api.watch(fixture.at('secrets'), { resourceVersion: String(from) });
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const name of names) await fixture.make('secrets', { metadata: { name } });

      const isLater = ({ object }: OpenWatch['seen'][number]): boolean =>
        Number(object.metadata.resourceVersion) > from;
      await eventually(() => {
        expect(reported(now)).toEqual(names.map((name) => `ADDED ${name}`));
        expect(reported(later)).toEqual(reported({ ...now, seen: now.seen.filter(isLater) }));
      });
      expect(reported(later)).toContain('ADDED f');
    });

    it('show an object that comes into a selection as added and one that leaves it as deleted', async () => {
      await fixture.make('secrets', { metadata: { name: 'mover' } });
      const resourceVersion = await listVersion('secrets');
      const watch = await fixture.api.watch(fixture.at('secrets'), {
        resourceVersion,
        labelSelector: 'in=yes',
      });
      const label = (value: string | null) =>
        fixture.api.patch(fixture.at('secrets', 'mover'), 'merge', { metadata: { labels: { in: value } } });

      await label('yes');
      await label(null);

      await eventually(() => expect(reported(watch)).toEqual(['ADDED mover', 'DELETED mover']));
    });

    it('of pods by node see a pod when it is bound', async () => {
      await fixture.make('pods', pod('bound-later'));
      const resourceVersion = await listVersion('pods');
      const watch = await fixture.api.watch(fixture.at('pods'), {
        resourceVersion,
        fieldSelector: 'spec.nodeName=node-7',
      });

      await fixture.api.post(`${fixture.at('pods', 'bound-later')}/binding`, {
        metadata: { name: 'bound-later' },
        target: { kind: 'Node', name: 'node-7' },
      });

      await eventually(() => expect(reported(watch)).toEqual(['ADDED bound-later']));
    });

    it('end with Expired when the version was compacted', async () => {
      const resourceVersion = await listVersion('secrets');
      await fixture.make('secrets', { metadata: { name: 'later' } });
      await target().forgetPast?.();

      const watch = await fixture.api.watch(fixture.at('secrets'), { resourceVersion });

      await eventually(() => expect(watch.seen).toHaveLength(1));
      expect(watch.seen[0]).toMatchObject({
        type: 'ERROR',
        object: {
          kind: 'Status',
          code: 410,
          reason: 'Expired',
          message: expect.stringContaining(`too old resource version: ${resourceVersion} (`),
        },
      });
      await eventually(() => expect(watch.ended).toBe(true));
    });

    it('mark the end of the first state when asked to send it', async () => {
      await fixture.make('secrets', { metadata: { name: 'present' } });

      const watch = await fixture.api.watch(fixture.at('secrets'), {
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: 'true',
      });

      await eventually(() => expect(watch.seen.length).toBeGreaterThanOrEqual(2));
      expect(watch.seen.map(({ type }) => type).slice(0, 2)).toEqual(['ADDED', 'BOOKMARK']);
      expect(watch.seen[1]?.object).toMatchObject({
        kind: 'Secret',
        metadata: {
          annotations: { 'k8s.io/initial-events-end': 'true' },
          resourceVersion: expect.stringMatching(/^\d+$/),
        },
      });
    });

    it('end after the requested time, with a bookmark before', async () => {
      const resourceVersion = await listVersion('secrets');

      const watch = await fixture.api.watch(fixture.at('secrets'), {
        resourceVersion,
        allowWatchBookmarks: 'true',
        timeoutSeconds: '4',
      });

      await fixture.make('secrets', { metadata: { name: 'news' } });

      await eventually(() => expect(watch.ended).toBe(true));
      const bookmark = watch.seen.at(-1);
      expect(bookmark).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Secret', apiVersion: 'v1' } });
      expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(
        Number(resourceVersion),
      );
    });

    it('can follow all namespaces', async () => {
      const resourceVersion = (await fixture.api.get('/api/v1/configmaps')).body.metadata
        .resourceVersion as string;
      const watch = await fixture.api.watch('/api/v1/configmaps', { resourceVersion });
      await fixture.make('configmaps', configMap('anywhere'));

      await eventually(() => expect(reported(watch)).toContain('ADDED anywhere'));
    });
  });
}
