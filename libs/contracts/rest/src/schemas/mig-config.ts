import { z } from 'zod';
import { REPARTITION_PHASES } from '@tessera/domain-mig';
import { bounded, DateTime } from './primitives';

/** Request for a MIG configuration of a node. */
export const MigConfigRequest = z
  .object({
    config: bounded(63)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, 'must be a value that a label can have')
      .meta({ example: 'all-1g.10gb' }),
  })
  .meta({ id: 'MigConfigRequest' });

/** The MIG configuration of a node and the state of a change. */
export const MigConfigReport = z
  .object({
    node: z.string(),
    config: z.string().optional().meta({ description: 'Requested configuration.' }),
    current: z.string().optional().meta({ description: 'Configuration last set for mig-manager.' }),
    state: z.string().optional().meta({ description: 'State reported by mig-manager.' }),
    strategy: z.string().optional().meta({ description: 'MIG strategy of the node: single or mixed.' }),
    configs: z.array(z.string()).meta({ description: 'Configurations that the node supports.' }),
    change: z
      .object({
        config: z.string(),
        from: z.string().optional(),
        phase: z.enum(REPARTITION_PHASES),
        message: z.string(),
        startedAt: DateTime,
        since: DateTime.meta({ description: 'Start of the current phase.' }),
        cordoned: z.boolean().meta({ description: 'True where the scheduler cordoned the node.' }),
        attempts: z.int().meta({ description: 'Number of attempts to recover a stuck mig-manager.' }),
      })
      .optional(),
  })
  .meta({ id: 'MigConfigReport' });
