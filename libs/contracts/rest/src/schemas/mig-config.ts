import { z } from 'zod';
import { MIG_CHANGE_PHASES } from '@tessera/contracts-kubernetes';
import { bounded, DateTime } from './primitives';

/** What is asked of a node. */
export const MigConfigRequest = z
  .object({
    config: bounded(63)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, 'must be a value that a label can have')
      .meta({ example: 'all-1g.10gb' }),
  })
  .meta({ id: 'MigConfigRequest' });

/** The MIG configuration of a node and where a change of it stands. */
export const MigConfigReport = z
  .object({
    node: z.string(),
    config: z.string().optional().meta({ description: 'What is asked for.' }),
    current: z.string().optional().meta({ description: 'What mig-manager was told last.' }),
    state: z.string().optional().meta({ description: 'What mig-manager says about it.' }),
    strategy: z.string().optional().meta({ description: 'single or mixed.' }),
    configs: z.array(z.string()).meta({ description: 'What can be asked for.' }),
    change: z
      .object({
        config: z.string(),
        from: z.string().optional(),
        phase: z.enum(MIG_CHANGE_PHASES),
        message: z.string(),
        startedAt: DateTime,
        since: DateTime.meta({ description: 'Since when it is in this phase.' }),
        cordoned: z.boolean().meta({ description: 'The scheduler cordoned the node.' }),
        attempts: z.int().meta({ description: 'How often mig-manager was woken from its wedge.' }),
      })
      .optional(),
  })
  .meta({ id: 'MigConfigReport' });
