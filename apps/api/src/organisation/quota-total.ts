import type { Answer } from '@tessera/contracts-rest';

type Resources = Answer<'get_department'>['body']['resources'];

/** The quota of an organisation unit over all its node pools, GPUs. */
export const totalOf = (resources: Resources): { readonly gpuQuota: number } => ({
  gpuQuota: resources.reduce((sum, { gpu }) => sum + gpu.deserved, 0),
});
