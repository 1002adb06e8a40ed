import { readFileSync } from 'node:fs';
import { z } from 'zod';

const ServiceSettings = z.partialRecord(
  z.enum(['api', 'scheduler', 'second-scheduler', 'metrics', 'gateway', 'second-gateway']),
  z.record(z.string(), z.string()),
);

/** Environment variables by the service that gets them, whatever it would get otherwise. */
export type ServiceSettings = Readonly<z.infer<typeof ServiceSettings>>;

/** Reads the file of `--service-settings`; nothing without one. Throws when it is not of that shape. */
export function serviceSettings(file: string | undefined): ServiceSettings {
  if (file === undefined) return {};
  const parsed = ServiceSettings.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`--service-settings ${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
