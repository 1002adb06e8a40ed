import { readFileSync } from 'node:fs';
import { SCALING_REASONS } from '@tessera/domain-autoscaling';

it('the guide explains every reason of the scaling conditions, and whether it is of the HPA', () => {
  const guide = readFileSync('docs/guides/scaling.md', 'utf8');
  const explained = [...guide.matchAll(/^\| `(\w+)`\s+\| `(\w+)`\s+\| (yes|no)\s+\| \S/gm)].map(
    ([, type, reason, hpa]) => `${type} ${reason} ${hpa}`,
  );
  const reasons = Object.entries(SCALING_REASONS).flatMap(([type, { hpa, ours }]) => [
    ...hpa.map((reason) => `${type} ${reason} yes`),
    ...ours.map((reason) => `${type} ${reason} no`),
  ]);
  expect([...explained].sort()).toEqual([...reasons].sort());
});
