import { z } from 'zod';
import { text, variable, type Variable } from './variable';

/** Settings of usage and cost. */
export const USAGE_VARIABLES = {
  TESSERA_PRICES_FILE: variable(
    text.optional(),
    'YAML file with the prices of GPU-hours and tokens (docs/guides/usage.md). If empty, usage has no cost.',
  ),
  TESSERA_USAGE_RETENTION_DAYS: variable(
    z.coerce
      .number()
      .int()
      .min(0)
      .max(36_500)
      .refine((value) => value === 0 || value >= 35, 'must be 0 or at least 35 days')
      .default(400),
    'Retention of usage by hour, and of the allocations that it is computed from, days; 0 means forever. At least 35, which is longer than any topic keeps its records.',
  ),
  TESSERA_IDLE_BELOW_PERCENT: variable(
    z.coerce.number().min(0).max(100).default(5),
    'Utilisation below which the GPUs of a workload without requests count as idle, percent.',
  ),
} as const satisfies Record<string, Variable>;
