import { canCut, plainProfiles, type MigLayout } from './layout';
import { planInstances } from './plan';
import { profileOf, type MigGeometry } from './profiles';

/** Layout that a named configuration of mig-manager gives each device of a node. */
export type MigConfigLayout =
  | { readonly mig: false }
  /** MIG is on; `instances` of each device, empty where they are created later. */
  | { readonly mig: true; readonly instances: MigLayout };

/** Kubernetes spelling of a profile: no plus sign is allowed in names there. */
export const resourceSpelling = (profile: string): string => profile.replaceAll('+', '.');

/**
 * Names of mig-parted's default configurations for the geometry: MIG off, MIG on without instances, as many equal
 * instances as fit, and the balanced mix (mig-parted, `deployments/systemd/config-default.yaml`).
 */
export const migConfigNames = (geometry: MigGeometry): readonly string[] => [
  'all-disabled',
  'all-enabled',
  ...geometry.profiles.map(({ name }) => `all-${resourceSpelling(name)}`),
  ...(balanced(geometry) === undefined ? [] : ['all-balanced']),
];

/** Layout of the named configuration on a device of the geometry; undefined for a name that is not a default one. */
export function migConfigLayout(geometry: MigGeometry, name: string): MigConfigLayout | undefined {
  if (name === 'all-disabled') return { mig: false };
  if (name === 'all-enabled') return { mig: true, instances: [] };
  const instances = name === 'all-balanced' ? balanced(geometry) : equal(geometry, name.replace(/^all-/, ''));
  return instances === undefined ? undefined : { mig: true, instances };
}

/** As many instances of one profile as a device takes. */
function equal(geometry: MigGeometry, spelling: string): MigLayout | undefined {
  const profile = geometry.profiles.find(({ name }) => resourceSpelling(name) === spelling);
  if (profile === undefined) return undefined;
  const layout: { profile: string; start: number }[] = [];
  for (const start of profile.starts)
    if (canCut(geometry, layout, profile.name, start)) layout.push({ profile: profile.name, start });
  return layout;
}

const known = new WeakMap<MigGeometry, { readonly layout: MigLayout | undefined }>();

/** Cached per geometry: the search gives the same layout for every node with such devices. */
function balanced(geometry: MigGeometry): MigLayout | undefined {
  const found = known.get(geometry) ?? { layout: searchBalanced(geometry) };
  known.set(geometry, found);
  return found.layout;
}

/** 2 × 1g, 1 × 2g and 1 × 3g, without the last one where a device has four slices. */
function searchBalanced(geometry: MigGeometry): MigLayout | undefined {
  const smallest = (computeSlices: number): string | undefined =>
    plainProfiles(geometry)
      .flatMap((name) => profileOf(geometry, name) ?? [])
      .filter((profile) => profile.computeSlices === computeSlices)
      .sort((a, b) => a.size - b.size)[0]?.name;
  const [one, two, three] = [smallest(1), smallest(2), smallest(3)];
  if (one === undefined || two === undefined) return undefined;
  const wanted = { [one]: 2, [two]: 1, ...(three === undefined ? {} : { [three]: 1 }) };
  const { devices } = planInstances(geometry, wanted);
  return devices.length === 1 ? [...(devices[0] ?? [])].sort((a, b) => a.start - b.start) : undefined;
}
