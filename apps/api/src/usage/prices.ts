import { z } from 'zod';
import type { PriceTable } from '@tessera/domain-usage';
import { yamlFile, type FileOutcome } from '@tessera/platform-config';
import type { ApiConfig } from '../config';

const price = z.number().min(0).max(1e9);
const name = z.string().min(1).max(1024).optional();

const GpuPrice = z
  .strictObject({ nodePool: name, gpuType: name, migProfile: name, perGpuHour: price })
  .refine(({ nodePool, gpuType, migProfile }) => (nodePool ?? gpuType ?? migProfile) !== undefined, {
    error:
      'must name a nodePool, gpuType or migProfile; the price of all other GPUs is perGpuHour beside gpus',
  });

const Prices = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'is not a currency of ISO 4217, such as EUR' }),
  perGpuHour: price,
  gpus: z.array(GpuPrice).max(1000).default([]),
  per1kTokens: z
    .strictObject({ input: price.default(0), cached: price.default(0), output: price.default(0) })
    .default({ input: 0, cached: 0, output: 0 }),
});

/** The prices in the content of a file, or all its problems. */
export function readPrices(content: unknown): FileOutcome<PriceTable> {
  const parsed = Prices.safeParse(content);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join('.')}: ${message}`,
      ),
    };
  const { gpus, ...table } = parsed.data;
  const known = gpus.map(({ perGpuHour, ...kind }) => ({
    perGpuHour,
    ...(Object.fromEntries(Object.entries(kind).filter(([, value]) => value !== undefined)) as object),
  }));
  return { settings: { ...table, gpus: known } };
}

/** The price table of the file that the setting names; throws with every problem at once. */
export const configuredPrices = ({
  TESSERA_PRICES_FILE: file,
}: Pick<ApiConfig, 'TESSERA_PRICES_FILE'>): PriceTable | undefined =>
  file === undefined ? undefined : yamlFile('TESSERA_PRICES_FILE', file, readPrices);
