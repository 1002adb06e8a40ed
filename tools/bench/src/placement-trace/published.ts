import type { PolicyName } from '@tessera/domain-placement';

/** Unallocated GPUs at 100 % arrived demand, percent: means of ten seeds. */
export type PublishedMeans = Partial<Readonly<Record<PolicyName, number>>>;

const row = (
  fgd: number,
  bestFit: number,
  packing: number,
  clustering: number,
  dotProduct: number,
  random: number,
): PublishedMeans => ({
  'fgd-published': fgd,
  'best-fit': bestFit,
  packing,
  clustering,
  'dot-product': dotProduct,
  random,
});

/**
 * Results of the artefact of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023):
 * hkust-adsl/kubernetes-scheduler-simulator, experiments/analysis/expected_results.
 */
export const PUBLISHED: Readonly<Record<string, PublishedMeans>> = {
  default: row(4.77, 7.14, 8.22, 8.35, 9.38, 13.7),
  cpu100: row(4.79, 6.74, 7.5, 7.58, 8.27, 12.56),
  gpushare40: row(6.04, 8.56, 10.23, 10.24, 10.7, 15.14),
  gpushare80: row(10.92, 13.34, 15.35, 15.5, 15.86, 19.38),
  multigpu20: row(4.47, 6.27, 6.5, 6.66, 8.15, 13.08),
  multigpu40: row(3.09, 4.9, 4.41, 4.65, 5.96, 14.62),
  gpuspec10: row(5.34, 6.9, 7.76, 8.04, 9.83, 13.74),
  gpuspec25: row(6.09, 14.33, 13.23, 13.59, 14.56, 14.58),
};
