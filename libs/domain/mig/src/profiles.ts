import { maybe } from '@tessera/kernel';
import data from '../data/mig-profiles.json';

/** A kind of MIG instance on one GPU model. Positions and sizes are memory slices. */
export interface MigProfile {
  readonly name: string;
  readonly computeSlices: number;
  readonly size: number;
  readonly starts: readonly number[];
  readonly maxInstances: number;
  /** Measured memory; absent where it was not captured. The number in the name is rounded. */
  readonly memoryMiB?: number;
  /** Scarce engines: `me` and `me.all` take media engines, `no-me` takes none, `gfx` adds graphics. */
  readonly attribute?: string;
}

/** MIG profiles of one GPU model. */
export interface MigGeometry {
  readonly key: string;
  readonly computeSlices: number;
  readonly memorySlices: number;
  readonly profiles: readonly MigProfile[];
  /** Starts of the label `nvidia.com/gpu.product`. */
  readonly products: readonly string[];
}

/**
 * Every known geometry, from `data/mig-profiles.json`. For models of which only the numbers of instances are known, the
 * placements are derived from them: n small instances are n equal slices side by side.
 */
export const MIG_GEOMETRIES: readonly MigGeometry[] = [
  ...data.gpus.map((gpu): MigGeometry => ({
    key: gpu.key,
    computeSlices: gpu.computeSlices,
    memorySlices: gpu.memorySlices,
    products: gpu.productLabelHints,
    profiles: gpu.profiles.map((profile) => ({
      name: profile.name,
      computeSlices: profile.computeSlices,
      size: profile.size,
      starts: profile.starts,
      maxInstances: profile.maxInstances,
      ...(profile.memoryMiB === null ? {} : { memoryMiB: profile.memoryMiB }),
      ...(profile.attribute === null ? {} : { attribute: profile.attribute }),
    })),
  })),
  ...data.countsOnly.map(({ key, counts }) => fromCounts(key, counts)),
];

function fromCounts(key: string, counts: Readonly<Record<string, number | undefined>>): MigGeometry {
  const slices = Math.max(...Object.values(counts).map((count) => count ?? 0));
  return {
    key,
    computeSlices: slices,
    memorySlices: slices,
    products: [`NVIDIA-${key.replace(/-\d+GB$/, '')}`],
    profiles: Object.entries(counts).map(([name, count]) => {
      const size = Number.parseInt(name, 10);
      const attribute = attributeOf(name);
      return {
        name,
        computeSlices: size,
        size,
        starts: Array.from({ length: slices / size }, (_, index) => index * size),
        maxInstances: count ?? 0,
        ...maybe('attribute', attribute),
      };
    }),
  };
}

function attributeOf(name: string): string | undefined {
  if (name.endsWith('-me')) return 'no-me';
  return name.split('+')[1];
}

/** `1g.10gb.me`, the spelling of Kubernetes resource names, is `1g.10gb+me`. */
export const canonicalProfile = (name: string): string =>
  name.trim().replace(/^(\d+g\.\d+gb)\.(me\.all|me|gfx)$/, '$1+$2');

const byModel = new Map<string, MigGeometry | undefined>();

/**
 * The geometry of a device, by its product label (with or without `-SHARED` or `-MIG-…`) or by the key of the
 * table; the device's memory decides between models of the same name. Undefined where the model does not support MIG.
 */
export function geometryOf(model: string, memoryMiB: number): MigGeometry | undefined {
  const key = `${model}\u0000${memoryMiB}`;
  if (!byModel.has(key)) byModel.set(key, findGeometry(model, memoryMiB));
  return byModel.get(key);
}

function findGeometry(label: string, memoryMiB: number): MigGeometry | undefined {
  return nearestSize(candidatesFor(label), memoryMiB);
}

/**
 * The geometry of MIG instances of which only the product label, the profile and the memory of one are known, as a node
 * reports them under the strategy `single`: of the models that the label may mean, the one whose profile has that
 * memory.
 */
export function geometryOfInstance(
  label: string,
  profile: string,
  instanceMiB: number,
): MigGeometry | undefined {
  const distance = (geometry: MigGeometry): number => {
    const known = profileOf(geometry, profile);
    if (known === undefined) return Infinity;
    const memoryMiB = known.memoryMiB ?? (totalMiB(geometry) * known.size) / geometry.memorySlices;
    return Math.abs(memoryMiB - instanceMiB);
  };
  const candidates = candidatesFor(label).filter((geometry) => profileOf(geometry, profile) !== undefined);
  return [...candidates].sort((a, b) => distance(a) - distance(b))[0];
}

/** Memory of a whole device by the name of the model, MiB. */
export const totalMiB = ({ key }: MigGeometry): number =>
  Number(/(?<!\d)(\d+)GB$/.exec(key)?.[1] ?? 0) * 1024;

/** Models that a product label may mean. */
function candidatesFor(label: string): readonly MigGeometry[] {
  const model = label
    .replace(/ /g, '-')
    .replace(/-SHARED$/, '')
    .replace(/-MIG-.*$/s, '')
    .toLowerCase();
  const exact = MIG_GEOMETRIES.find(({ key }) => key.toLowerCase() === model);
  if (exact !== undefined) return [exact];
  const matches = MIG_GEOMETRIES.flatMap((geometry) =>
    geometry.products
      .filter((product) => model.startsWith(product.toLowerCase()))
      .map((product) => ({ geometry, length: product.length })),
  );
  const longest = Math.max(0, ...matches.map(({ length }) => length));
  const named = matches.filter(({ length }) => length === longest).map(({ geometry }) => geometry);
  return named.length > 0 ? named : sameFamily(model);
}

/** Models whose family (`a100`, `h100`) is a word of the label. */
const sameFamily = (model: string): readonly MigGeometry[] =>
  MIG_GEOMETRIES.filter(({ key }) => model.split('-').includes(key.toLowerCase().split('-')[0] ?? ''));

/** Of models with one name, the one with the nearest memory size; the first where the memory is unknown. */
function nearestSize(candidates: readonly MigGeometry[], memoryMiB: number): MigGeometry | undefined {
  const distance = (geometry: MigGeometry): number =>
    memoryMiB <= 0 ? 0 : Math.abs(totalMiB(geometry) - memoryMiB);
  return [...candidates].sort((a, b) => distance(a) - distance(b))[0];
}

/** The profile of that name on the geometry. */
export const profileOf = (geometry: MigGeometry, name: string): MigProfile | undefined =>
  geometry.profiles.find((profile) => profile.name === canonicalProfile(name));
