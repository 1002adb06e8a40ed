import { migConfigLayout, migConfigNames } from './configs';
import { isValidLayout } from './layout';
import { geometryOfInstance, MIG_GEOMETRIES } from './profiles';

const layoutOf = (key: string, name: string): string => {
  const geometry = MIG_GEOMETRIES.find((one) => one.key === key);
  const layout = geometry && migConfigLayout(geometry, name);
  if (layout === undefined) return 'unknown';
  return layout.mig ? layout.instances.map(({ profile, start }) => `${profile}@${start}`).join(' ') : 'off';
};

describe('configurations of mig-manager', () => {
  it.each([
    ['A100-40GB', 'all-disabled', 'off'],
    ['A100-40GB', 'all-enabled', ''],
    ['A100-40GB', 'all-1g.5gb', '0 1 2 3 4 5 6'.replaceAll(/\d/g, '1g.5gb@$&')],
    ['A100-40GB', 'all-1g.5gb.me', '1g.5gb+me@0'],
    ['A100-40GB', 'all-3g.20gb', '3g.20gb@0 3g.20gb@4'],
    ['A100-40GB', 'all-7g.80gb', 'unknown'],
    ['A30-24GB', 'all-2g.12gb', '2g.12gb@0 2g.12gb@2'],
  ])('%s: %s', (key, name, layout) => {
    expect(layoutOf(key, name)).toBe(layout);
  });

  it.each([
    ['A100-40GB', ['1g.5gb', '1g.5gb', '2g.10gb', '3g.20gb']],
    ['A30-24GB', ['1g.6gb', '1g.6gb', '2g.12gb']],
  ])('%s balanced', (key, profiles) => {
    const layout = layoutOf(key, 'all-balanced')
      .split(' ')
      .map((one) => one.split('@')[0]);
    expect(layout.sort()).toEqual(profiles);
  });

  it.each(MIG_GEOMETRIES.map((geometry) => [geometry.key, geometry] as const))(
    'of %s can all be cut',
    (_key, geometry) => {
      for (const name of migConfigNames(geometry)) {
        const layout = migConfigLayout(geometry, name);
        expect(layout?.mig !== true || isValidLayout(geometry, layout.instances)).toBe(true);
      }
    },
  );
});

describe('the geometry of an instance', () => {
  it.each([
    ['NVIDIA-A100-SXM4-40GB', '1g.5gb', 4_864, 'A100-40GB'],
    ['NVIDIA-A100-SXM4-80GB', '1g.10gb', 9_728, 'A100-80GB'],
    ['NVIDIA-H100-80GB-HBM3', '1g.10gb', 9_984, 'H100-80GB'],
    ['NVIDIA-A100-SXM4-40GB', '1g.10gb', 9_856, 'A100-40GB'],
  ])('%s %s of %s MiB', (product, profile, memoryMiB, key) => {
    expect(geometryOfInstance(product, profile, memoryMiB)?.key).toBe(key);
  });
});
