import type { Policy, PolicyName } from './policy';
import { fgd, fgdPublished } from './fgd';
import { bestFit, dotProduct, spread } from './fit';
import { clustering, packing } from './packing';
import { random } from './random';

/** Every policy by its name. */
export const POLICY_BY_NAME: Readonly<Record<PolicyName, Policy>> = {
  fgd,
  'fgd-published': fgdPublished,
  'best-fit': bestFit,
  'dot-product': dotProduct,
  packing,
  clustering,
  spread,
  random,
};
