import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tessera/testing-services';
import { FIELD_GROUPS, REFERRED, type FieldGroup } from '../fields/groups';
import { fieldsOnNode, GREETING, requestOnNode, type OnNode } from './fields-on-node';
import { Container } from './inside';
import { LIMIT_MS, type NodePlatform } from './node-platform';

const CORE = '/api/v1/namespaces/runai-project-1';
const NODE = '/api/v1/nodes/node-1';
const STORAGE_CLASS = 'my-storage-class';
const FOO = 'hardware-vendor.example/foo';
const TAINT = { key: 'dedicated', value: 'us', effect: 'NoSchedule' };
/** Folder of a host path. */
const MACHINE = 'machine';
/** Enough for every claim of the groups. */
const VOLUMES = 8;
const CLAIM = (name: string) => ({
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: STORAGE_CLASS,
    resources: { requests: { storage: '1Gi' } },
  },
});
const GROUPS = new Map(FIELD_GROUPS.map((group) => [group.name, group]));

/** A workload of each group of fields runs here, and its container sees what was asked for. */
export function fieldsAreSeen(platform: () => NodePlatform): void {
  let node: NodePlatform;
  const root = join(tmpdir(), `tessera-volumes-${process.pid}`);
  const table = fieldsOnNode(join(root, MACHINE));
  const runs = (name: string): readonly [FieldGroup, OnNode][] => {
    const [group, how] = [GROUPS.get(name), table[name]];
    return group === undefined || how === undefined || 'cannot' in how ? [] : [[group, how]];
  };
  /** A node with a taint takes nothing else, so this one comes last. */
  const LAST = 'placement';
  const together = Object.keys(table).flatMap((name) => (name === LAST ? [] : runs(name)));
  const ids = new Map<string, string>();

  beforeAll(async () => {
    node = platform();
    share(folderIn(root, MACHINE));
    await prepare(node, root);
    for (const [group, how] of together) ids.set(group.name, await create(node, group, how));
  });
  afterAll(async () => {
    await node.delete(...ids.values());
    execFileSync('umount', [join(root, MACHINE)]);
    rmSync(root, { recursive: true, force: true });
  });

  const checkGroup = async (group: FieldGroup, how: OnNode): Promise<void> => {
    const id = ids.get(group.name) ?? '';
    await node.running(id);
    const pods = await node.podsOf(id);
    expect(pods).toHaveLength(how.replicas ?? 1);
    for (const pod of pods) await how.seen(await Container.of(pod, how.port ?? 8000), node);
  };

  it('is said of every group of fields, whether it runs here or why it cannot', () => {
    expect(Object.keys(table).sort()).toEqual([...GROUPS.keys()].sort());
  });

  it.each(together.map(([group, how]) => [group.name, group, how] as const))('%s', (_name, group, how) =>
    checkGroup(group, how),
  );

  it.each(runs(LAST).map(([group, how]) => [group.name, group, how] as const))(
    '%s',
    async (_name, group, how) => {
      await node.patch(NODE, { spec: { taints: [TAINT] } });
      try {
        const shut = await node.create('intolerant', { cpuCoreRequest: 0.01 });
        await eventually(async () => expect((await node.phaseOf(shut)).message).toMatch(/taint/), LIMIT_MS);
        ids.set(group.name, await create(node, group, how)).set('intolerant', shut);
        await checkGroup(group, how);
      } finally {
        await node.patch(NODE, { spec: { taints: null } });
      }
    },
  );
}

const create = (node: NodePlatform, group: FieldGroup, how: OnNode): Promise<string> =>
  node.create(group.name, {}, requestOnNode(group, how));

/** What the workloads refer to, and what the node has for them. */
async function prepare(node: NodePlatform, root: string): Promise<void> {
  const make = (path: string, body: object) => node.cluster.request('POST', path, { body });
  await node.patch(NODE, { metadata: { labels: { 'run.ai/type': 'my-node-type', string: 'here' } } });
  await node.patch(`${NODE}/status`, { status: { capacity: { [FOO]: '8' } } });
  await make('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: STORAGE_CLASS },
    provisioner: 'kubernetes.io/no-provisioner',
  });
  for (let index = 0; index < VOLUMES; index += 1)
    await make('/api/v1/persistentvolumes', {
      metadata: { name: `volume-${index}` },
      spec: {
        storageClassName: STORAGE_CLASS,
        capacity: { storage: '20Gi' },
        accessModes: ['ReadWriteOnce', 'ReadWriteMany'],
        hostPath: { path: folderIn(root, `volume-${index}`) },
      },
    });
  for (const [plural, objects] of Object.entries(REFERRED))
    for (const object of objects) await make(`${CORE}/${plural}`, object);
  await make(`${CORE}/configmaps`, { metadata: { name: 'string' }, data: { k: 'v' } });
  await make(`${CORE}/persistentvolumeclaims`, CLAIM('data-123e4567-e89b-12d3-a456-426614174000'));
  await eventually(async () => {
    const [{ status }] = await node.items('/api/v1/nodes');
    expect(status.allocatable[FOO]).toBe('8');
  }, LIMIT_MS);
}

/** Makes the folder a mount of its own whose mounts others can see, which the root of many a machine is not. */
function share(folder: string): void {
  execFileSync('mount', ['--bind', folder, folder]);
  execFileSync('mount', ['--make-shared', folder]);
}

/** A folder that everybody may write to, with a file in it. */
function folderIn(root: string, name: string): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'hello'), GREETING);
  return folder;
}
