import { z } from 'zod';

/** Where a change of a node's MIG geometry stands. */
export const MIG_CHANGE_PHASES = [
  'Refused',
  'Draining',
  'Applying',
  'Recovering',
  'RollingBack',
  'Succeeded',
  'Failed',
] as const;

/** The annotation `tessera.io/mig-change` of a node. A scheduler that has just started goes on from it. */
export const MigChange = z.object({
  version: z.literal(1),
  /** The configuration asked for. */
  config: z.string(),
  /** The one before. */
  from: z.string().optional(),
  phase: z.enum(MIG_CHANGE_PHASES),
  message: z.string(),
  startedAt: z.iso.datetime(),
  /** Since when it is in this phase. */
  since: z.iso.datetime(),
  /** The scheduler cordoned the node and will lift that. */
  cordoned: z.boolean(),
  /** How often mig-manager was woken from its wedge. */
  attempts: z.number().int().min(0),
  /** Labels `nvidia.com/gpu.deploy.*` before mig-manager touched them. */
  deploy: z.record(z.string(), z.string()),
});
export type MigChange = z.infer<typeof MigChange>;

/** What mig-manager publishes for a node: `config.yaml` of the ConfigMap `<node>-mig-config` (mig-parted v0.14 and later). */
export const PublishedMigConfigs = z.object({ 'mig-configs': z.record(z.string(), z.unknown()) });
