import type { TelemetryValue } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';
import type { Call } from '../http/call';
import { csv, wantsCsv } from '../http/csv';

/** Telemetry of a type, at the time `now` (ms since the epoch). */
export interface TelemetryOf {
  readonly type: string;
  readonly now: number;
  readonly groupBy: readonly string[];
  readonly values: readonly TelemetryValue[];
}

/** The answer of a route of telemetry: as JSON, or as a table with a column for each group where that is asked for. */
export function telemetryAnswer(
  { type, now, groupBy, values }: TelemetryOf,
  { headers }: Pick<Call, 'headers'>,
): Answer<'get_workloads_telemetry'> {
  const body = {
    type,
    timestamp: new Date(now).toISOString(),
    values: values.map(({ value, groups }) => ({ value: textOf(value), groups: [...groups] })),
  };
  if (!wantsCsv(headers)) return { status: 200, body };
  const keys = values[0]?.groups.map(({ key }) => key) ?? groupBy;
  const rows = values.map(({ value, groups }) => [...groups.map((group) => group.value), textOf(value)]);
  return csv([[...keys, type], ...rows], body);
}

/** Without the noise of added fractions. */
const textOf = (value: number): string => String(Number(value.toFixed(6)));
