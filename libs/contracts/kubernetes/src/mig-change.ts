import { z } from 'zod';
import { REPARTITION_PHASES } from '@tessera/domain-mig';

/** The annotation `tessera.io/mig-change` of a node, from which a restarted scheduler continues. */
export const MigChangeAnnotation = z.object({
  version: z.literal(1),
  /** The requested configuration. */
  config: z.string(),
  /** The previous configuration. */
  from: z.string().optional(),
  phase: z.enum(REPARTITION_PHASES),
  message: z.string(),
  startedAt: z.iso.datetime(),
  /** Since when it is in this phase. */
  since: z.iso.datetime(),
  /** True where the scheduler cordoned the node and will uncordon it. */
  cordoned: z.boolean(),
  /** Attempts to recover a stuck mig-manager. */
  attempts: z.number().int().min(0),
  /** Labels `nvidia.com/gpu.deploy.*` before mig-manager touched them. */
  deploy: z.record(z.string(), z.string()),
});
export type MigChangeAnnotation = z.infer<typeof MigChangeAnnotation>;

/**
 * Content that mig-manager publishes per node: `config.yaml` of the ConfigMap `<node>-mig-config` (mig-parted v0.14
 * on).
 */
export const PublishedMigConfigs = z.object({ 'mig-configs': z.record(z.string(), z.unknown()) });
