import { z } from 'zod';
import { ScalingInputs } from '@tessera/contracts-events';
import { DateTime } from './primitives';

const entry = {
  id: z.string().meta({ description: 'Id of the event that reported it.' }),
  time: DateTime,
  generation: z.int().meta({ description: 'Generation of the workload at that time.' }),
};
const replicas = z.int().min(0);

const ScaleDecision = z
  .object({
    ...entry,
    type: z.literal('ScaleDecided'),
    from: replicas.meta({ description: 'Replicas before.' }),
    to: replicas.meta({ description: 'Replicas after.' }),
    reason: z.string().meta({ example: 'concurrency 22.4 at a target of 8 per replica' }),
    inputs: ScalingInputs.meta({
      description: 'Inputs of the decision, as in the event `scale-decided`.',
    }),
  })
  .meta({ id: 'ScaleDecision' });

const ColdStart = z
  .object({
    ...entry,
    type: z.literal('ColdStart'),
    replica: z.int().optional(),
    podName: z.string().optional(),
    totalMs: z.int(),
    stages: z.array(z.object({ stage: z.string(), durationMs: z.int() })).meta({
      description: 'Consecutive stages; their durations add up to the total.',
    }),
  })
  .meta({ id: 'ColdStart' });

/** An entry of the scaling timeline of a workload. */
export const ScalingEntry = z
  .discriminatedUnion('type', [ScaleDecision, ColdStart])
  .meta({ id: 'ScalingEntry' });
export type ScalingEntry = z.infer<typeof ScalingEntry>;
