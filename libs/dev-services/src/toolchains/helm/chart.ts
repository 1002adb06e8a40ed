import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../../..');
export const CHART = join(ROOT, 'deploy', 'helm', 'tessera');
const GOLDENS = join(ROOT, 'deploy', 'helm', 'goldens');
const VALUES = '.values.yaml';

/** A set of values and what the chart renders from it. */
export interface ChartCase {
  readonly name: string;
  readonly valuesFile: string;
  readonly golden: string;
}

/** The cases that stand in the repository. */
export const chartCases = (): readonly ChartCase[] =>
  readdirSync(GOLDENS)
    .filter((file) => file.endsWith(VALUES))
    .map((file) => file.slice(0, -VALUES.length))
    .sort()
    .map((name) => ({
      name,
      valuesFile: join(GOLDENS, `${name}${VALUES}`),
      golden: join(GOLDENS, `${name}.yaml`),
    }));

/** Runs Helm; the output on success, an error with its output otherwise. */
export const helm = (binary: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(binary, [...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });

/** What the chart renders from the values, as the release `tessera` in the namespace `tessera`. */
export const rendered = (binary: string, { valuesFile }: Pick<ChartCase, 'valuesFile'>): string =>
  helm(binary, ['template', 'tessera', CHART, '--namespace', 'tessera', '--values', valuesFile]);
