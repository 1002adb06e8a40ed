import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '@tessera/platform-lifecycle';
import { containerProcesses, removeControlGroups } from './control-groups';
import type { NodeLayout } from './layout';
import { removeBridge } from './network';
import { run } from './run';

/** kubelet knows no other folder. */
export const DEVICE_PLUGINS = '/var/lib/kubelet/device-plugins';
const CONTAINER_LOGS = '/var/log/containers';
const LIMIT_MS = 20_000;

/**
 * Removes what kubelet and containerd left behind: shims and containers, mounts, network namespaces, the bridge,
 * control groups, sockets, links to logs. Keeps the data folder. Touches nothing that is not ours.
 */
export async function sweep(layout: NodeLayout): Promise<void> {
  await endProcesses(layout);
  // A mount lies above those that came before it.
  for (const mount of mountsBelow(layout.root).toReversed()) await run('umount', ['--lazy', mount]);
  await removeBridge();
  removeControlGroups();
  removeLogLinks(layout.root);
  for (const name of ['kubelet.sock', 'tessera-gpu.sock', 'kubelet_internal_checkpoint'])
    rmSync(join(DEVICE_PLUGINS, name), { force: true });
  rmSync(layout.containerdState, { recursive: true, force: true });
}

/** Shims have our socket in their arguments; containers are in our control groups. */
async function endProcesses(layout: NodeLayout): Promise<void> {
  const ours = (): readonly number[] => [...shimsOf(layout.containerdSocket), ...containerProcesses()];
  const deadline = performance.now() + LIMIT_MS;
  for (let left = ours(); left.length > 0; left = ours()) {
    left.forEach(kill);
    if (performance.now() > deadline)
      throw new Error(`processes ${left.join(', ')} of the node cannot be stopped`);
    await pause(50);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function shimsOf(socket: string): readonly number[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const args = read(`/proc/${pid}/cmdline`).split('\0');
      return args[0]?.endsWith('containerd-shim-runc-v2') === true && args.includes(socket);
    })
    .map(Number);
}

/** Mount points below a folder in the order in which they were made, proc_pid_mountinfo(5). */
export function mountsBelow(folder: string, mountinfo = read('/proc/self/mountinfo')): readonly string[] {
  return mountinfo
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_all, octal: string) =>
        String.fromCharCode(parseInt(octal, 8)),
      ),
    )
    .filter((point) => point.startsWith(`${folder}/`));
}

function removeLogLinks(folder: string): void {
  for (const name of namesIn(CONTAINER_LOGS)) {
    const link = join(CONTAINER_LOGS, name);
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(`${folder}/`)) rmSync(link);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
