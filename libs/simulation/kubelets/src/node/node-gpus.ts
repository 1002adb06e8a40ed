import { createHash } from 'node:crypto';
import { GPU_RESOURCE, MIG_RESOURCE_PREFIX, NODE_LABELS, type NodeGpus } from '@tessera/contracts-kubernetes';
import {
  geometryOf,
  migConfigLayout,
  migConfigNames,
  MIG_MANAGER,
  profileOf,
  resourceSpelling,
} from '@tessera/domain-mig';
import { type GpuSeed, type NodeSeed } from './node-seed';

/** A UUID that is stable across restarts: the hash of the node's hardware and device. */
export function gpuUuid(
  { name, hardware = name }: Pick<NodeSeed, 'name' | 'hardware'>,
  index: number,
  instance = '',
): string {
  const hex = createHash('sha1').update(`${hardware}/${index}/${instance}`).digest('hex');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `${instance === '' ? 'GPU' : 'MIG'}-${uuid}`;
}

/** The devices in the annotation of a node. */
export const gpusOf = (seed: NodeSeed): NodeGpus =>
  seed.gpus.map(({ model, memoryMiB, mig }, index) => ({
    index,
    uuid: gpuUuid(seed, index),
    model,
    memoryMiB,
    ...(mig === undefined ? {} : { mig: [...mig] }),
  }));

/** Resource name of a MIG profile under the mixed strategy. */
export const migResource = (profile: string): string => MIG_RESOURCE_PREFIX + resourceSpelling(profile);

/** Components of the GPU operator that mig-manager pauses while it works. */
export const PAUSED_PARTS = ['device-plugin', 'gpu-feature-discovery', 'dcgm-exporter', 'dcgm'].map(
  (part) => MIG_MANAGER.deploy + part,
);

/** The strategy of a node: that of its seed, else mixed where a device is partitioned. */
export const strategyOf = ({ gpus, migStrategy }: NodeSeed): 'single' | 'mixed' =>
  migStrategy ?? (gpus.some(({ mig }) => mig !== undefined) ? 'mixed' : 'single');

/** The one profile of all instances under the strategy `single`; `invalid` where it is not one. */
export function singleProfile(seed: NodeSeed): string | 'invalid' | undefined {
  const cut = seed.gpus.filter(({ mig }) => mig !== undefined);
  if (strategyOf(seed) === 'mixed' || cut.length === 0) return undefined;
  const profiles = new Set(cut.flatMap(({ mig }) => (mig ?? []).map(({ profile }) => profile)));
  const full = cut.length === seed.gpus.length && cut.every(({ mig }) => mig !== undefined && mig.length > 0);
  return full && profiles.size === 1 ? ([...profiles][0] ?? 'invalid') : 'invalid';
}

/** The mig-manager configuration that matches the devices; `custom` where none does. */
export function migConfigOf({ gpus }: NodeSeed): string {
  const shape = (mig: GpuSeed['mig']): string =>
    JSON.stringify(mig?.map(({ profile }) => profile).sort() ?? 'off');
  const [first] = gpus;
  const geometry = first && geometryOf(first.model, first.memoryMiB);
  const found =
    geometry &&
    migConfigNames(geometry).find((name) => {
      const layout = migConfigLayout(geometry, name);
      const wanted = shape(layout?.mig === true ? [...layout.instances] : undefined);
      return gpus.every(({ mig }) => shape(mig) === wanted);
    });
  return found ?? 'custom';
}

const migCounts = (gpus: readonly GpuSeed[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { profile } of gpus.flatMap(({ mig }) => mig ?? []))
    counts.set(profile, (counts.get(profile) ?? 0) + 1);
  return counts;
};

const instances = (gpus: readonly GpuSeed[]): number =>
  gpus.reduce((sum, { mig }) => sum + (mig?.length ?? 0), 0);

function instanceMiB({ model, memoryMiB }: GpuSeed, name: string): number {
  const geometry = geometryOf(model, memoryMiB);
  const profile = geometry && profileOf(geometry, name);
  if (geometry === undefined || profile === undefined) return 0;
  return profile.memoryMiB ?? Math.floor((memoryMiB * profile.size) / geometry.memorySlices);
}

/** The labels that GPU feature discovery and the GPU operator would set. */
export function gpuLabels(seed: NodeSeed): Record<string, string> {
  const { gpus } = seed;
  const [first] = gpus;
  if (first === undefined) return {};
  const capable = geometryOf(first.model, first.memoryMiB) !== undefined;
  return {
    'nvidia.com/gpu.present': 'true',
    'nvidia.com/mig.capable': String(capable),
    [NODE_LABELS.migStrategy]: strategyOf(seed),
    ...(capable
      ? {
          [MIG_MANAGER.manager]: 'true',
          [MIG_MANAGER.config]: migConfigOf(seed),
          [MIG_MANAGER.state]: 'success',
          ...Object.fromEntries(PAUSED_PARTS.map((part) => [part, 'true'])),
        }
      : {}),
    ...deviceLabels(seed, first),
  };
}

/** The labels that describe the available resources: they change with the geometry. */
export function deviceLabels(seed: NodeSeed, first: GpuSeed): Record<string, string> {
  const { gpus } = seed;
  const single = singleProfile(seed);
  const reported = (model: string, memoryMiB: number, count: number): Record<string, string> => ({
    [NODE_LABELS.gpuProduct]: model,
    [NODE_LABELS.gpuMemory]: String(memoryMiB),
    [NODE_LABELS.gpuCount]: String(count),
  });
  if (single === 'invalid') return reported(`${first.model}-MIG-INVALID`, 0, 0);
  if (single !== undefined)
    return reported(
      `${first.model}-MIG-${resourceSpelling(single)}`,
      instanceMiB(first, single),
      instances(gpus),
    );
  const mixed = [...migCounts(gpus)].flatMap(([profile, count]) => [
    [`${migResource(profile)}.count`, String(count)],
    [`${migResource(profile)}.memory`, String(instanceMiB(first, profile))],
  ]);
  return { ...reported(first.model, first.memoryMiB, gpus.length), ...Object.fromEntries(mixed) };
}

/** The resources that the device plugin offers. */
export function gpuResources(seed: NodeSeed): Record<string, string> {
  const { gpus } = seed;
  if (gpus.length === 0) return {};
  const single = singleProfile(seed);
  if (single !== undefined) return { [GPU_RESOURCE]: String(single === 'invalid' ? 0 : instances(gpus)) };
  return {
    [GPU_RESOURCE]: String(gpus.filter(({ mig }) => mig === undefined).length),
    ...Object.fromEntries(
      [...migCounts(gpus)].map(([profile, count]) => [migResource(profile), String(count)]),
    ),
  };
}
