import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceDemand } from '@tessera/domain-mig';
import { readCsv } from '../placement-trace/openb';

/** Profile of the A100-80GB with so many compute slices, as the measurements name instances. */
const PROFILE_BY_SLICES: Readonly<Record<number, string>> = {
  1: '1g.10gb',
  2: '2g.20gb',
  3: '3g.40gb',
  4: '4g.40gb',
  7: '7g.80gb',
};

/** A measured way to run a model on an instance. */
interface Point {
  readonly slices: number;
  /** Requests per second of all processes of the instance. */
  readonly throughput: number;
  readonly latencyMs: number;
}

/** One scenario: the services with a rate, and what each instance gives them within their latency. */
export interface Scenario {
  readonly name: string;
  readonly services: readonly ServiceDemand[];
}

/** A point is usable below 0.9 of half the latency allowed: the other half is for waiting (Lee et al., SC 2024). */
const usable = (point: Point, sloMs: number): boolean => point.latencyMs < (0.9 * sloMs) / 2;

/** The scenarios of the data set: rows of the two SLO files, columns by model in alphabetical order. */
export function readScenarios(profiles: string, slo: string): readonly Scenario[] {
  const files = readdirSync(profiles)
    .filter((file) => file.endsWith('.csv'))
    .sort();
  const models = files.map((file) => ({
    id: file.replace(/\.csv$/, ''),
    points: readPoints(join(profiles, file)),
  }));
  const latencies = readMatrix(join(slo, 'SLO_latency.csv'));
  const rates = readMatrix(join(slo, 'SLO_req_rate.csv'));
  return latencies.map((row, index) => ({
    name: `S${index + 1}`,
    services: models.flatMap(({ id, points }, column) => {
      const sloMs = row[column];
      const demand = rates[index]?.[column];
      return sloMs === undefined || demand === undefined ? [] : [service(id, points, sloMs, demand)];
    }),
  }));
}

/** Per instance size the best throughput of any usable point. */
function service(id: string, points: readonly Point[], sloMs: number, demand: number): ServiceDemand {
  const offers = Object.entries(PROFILE_BY_SLICES).map(([slices, profile]) => ({
    profile,
    capacity: Math.max(
      0,
      ...points
        .filter((point) => point.slices === Number(slices) && usable(point, sloMs))
        .map(({ throughput }) => throughput),
    ),
  }));
  return { id, demand, offers };
}

/** Rows of zeros are points that did not run. */
const readPoints = (path: string): readonly Point[] =>
  readCsv(path)
    .map((row) => ({
      slices: Number(row['Mig instance']),
      throughput: Number(row['Throughput']) * Number(row['Workload Number']),
      latencyMs: Number(row['Latency']) * 1000,
    }))
    .filter(({ throughput }) => throughput > 0);

/** Numbers per row; N/A is undefined. */
const readMatrix = (path: string): readonly (readonly (number | undefined)[])[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      line
        .split(',')
        .map((cell) => (Number.isFinite(Number(cell)) && cell.trim() !== '' ? Number(cell) : undefined)),
    );
