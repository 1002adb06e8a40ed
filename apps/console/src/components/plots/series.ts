/** One measured line: times in seconds, a value or a gap for each. */
export interface Line {
  readonly label: string;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

interface Measurement {
  readonly type: string;
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
  readonly values?:
    readonly { readonly timestamp: string | null; readonly value: string | null }[] | null | undefined;
}

/** The lines of a type among measurements; labels that differ become their names. */
export function linesOf(measurements: readonly Measurement[], type: string, label: string): readonly Line[] {
  return measurements
    .filter((measurement) => measurement.type === type)
    .map(({ labels, values }) => {
      const points = (values ?? []).map(
        ({ timestamp, value }) =>
          [Date.parse(timestamp ?? '') / 1000, value === null ? NaN : Number(value)] as const,
      );
      const named = Object.values(labels ?? {}).join(' ');
      return {
        label: named === '' ? label : `${label} ${named}`,
        times: points.map(([at]) => at),
        values: points.map(([, value]) => (Number.isFinite(value) ? value : null)),
      };
    });
}

/** Lines over the times of all of them, as plots take them: times first, a gap where a line has no value. */
export function aligned(lines: readonly Line[]): readonly [number[], ...(number | null)[][]] {
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const rows = lines.map((line) => {
    const known = new Map(line.times.map((at, index) => [at, line.values[index] ?? null]));
    return times.map((at) => known.get(at) ?? null);
  });
  return [times, ...rows];
}
