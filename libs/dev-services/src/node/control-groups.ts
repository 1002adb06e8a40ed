import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CGROUPS = '/sys/fs/cgroup';
/** Above all groups of kubelet, so that they differ from those of another kubelet. */
export const CGROUP_ROOT = 'tessera-node';

/** The hierarchies of version 1, which are folders of their own, or the one of version 2. */
function hierarchies(): readonly string[] {
  const names = readdirSync(CGROUPS);
  if (names.includes('cgroup.controllers')) return [CGROUPS];
  return names.map((name) => join(CGROUPS, name)).filter((path) => lstatSync(path).isDirectory());
}

const roots = (): readonly string[] =>
  hierarchies()
    .map((path) => join(path, CGROUP_ROOT))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);

/** Makes the group under which kubelet puts its own. */
export function addControlGroups(): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, CGROUP_ROOT);
    mkdirSync(group, { recursive: true });
    // A new cpuset of version 1 is empty and takes no process, cpuset(7).
    if (hierarchy.endsWith('cpuset'))
      for (const file of ['cpuset.cpus', 'cpuset.mems'])
        writeFileSync(join(group, file), readFileSync(join(hierarchy, file)));
  }
}

/** Every process in a container of the node. */
export function containerProcesses(): readonly number[] {
  const pids = roots()
    .flatMap(withChildren)
    .flatMap((group) => readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n'));
  return [...new Set(pids.filter((pid) => pid !== '' && pid !== '0').map(Number))];
}

/** They have to be empty. */
export function removeControlGroups(): void {
  for (const group of roots().flatMap(withChildren)) rmdirSync(group);
}

/** Children first. */
const withChildren = (folder: string): readonly string[] => [
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => withChildren(join(folder, name))),
  folder,
];
