import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { maybe } from '@tessera/kernel';
import { pause } from '@tessera/platform-lifecycle';
import { CommandError, EXIT, type Surroundings } from '../ends';
import { AliasClient, type ShownAlias } from './alias-client';
import type { WorkloadInProject } from './decision';
import { GatewayFigures } from './gateway-figures';
import { rollOut } from './rollout';

interface Options {
  readonly to: string;
  readonly api: string;
  readonly tokenFile: string;
  readonly gateway: readonly string[];
  readonly steps: readonly number[];
  readonly every: number;
  readonly maxErrors: number;
  readonly maxP95?: number;
  readonly leastRequests: number;
  readonly patience: number;
}

/** `tessera rollout`: moves the weights of a model alias to one workload, in steps, and back where that is worse. */
export function rolloutCommand(at: Surroundings): Command {
  const report = (line: string): void => void at.out.write(`${line}\n`);
  return new Command('rollout')
    .argument('<alias>', 'id of the model alias')
    .requiredOption(
      '--to <workload>',
      'target of the alias that takes over; <project>/<name> where several have the name',
    )
    .requiredOption('--api <url>', 'address of the API')
    .requiredOption('--token-file <path>', 'file with a token of the API')
    .requiredOption('--gateway <urls...>', 'admin addresses of all gateways, whose /metrics are read')
    .option('--steps <percents>', 'shares of the workload, one after the other', percents, [5, 25, 50, 100])
    .option('--every <seconds>', 'length of an interval', positive, 60)
    .option('--max-errors <percent>', 'highest share of responses with 500 to 599', number, 1)
    .option('--max-p95 <ms>', 'highest 95th percentile of the response time', positive)
    .option('--least-requests <number>', 'fewer requests in a step are not enough to decide', positive, 20)
    .option('--patience <number>', 'maximum number of intervals of one step', positive, 10)
    .description(
      'Moves the weights of a model alias to one of its workloads in steps; restores them if a bound is exceeded.',
    )
    .action(async (id: string, options: Options) => {
      const token = readFileSync(options.tokenFile, 'utf8').trim();
      const client = new AliasClient(options.api, token, id);
      const alias = await client.read();
      const target = await targetOf(alias, options.to, (id) => client.projectName(id));
      const { project, workload } = target;
      const figures = new GatewayFigures({ project, workload }, () => pagesOf(options.gateway));
      const { steps, patience, maxErrors, maxP95, leastRequests } = options;
      const bounds = { errorRate: maxErrors / 100, leastRequests, ...maybe('p95Ms', maxP95) };
      const done = await rollOut(
        { targets: alias.targets, target, steps, bounds, patience },
        {
          apply: (targets) => client.write({ ...alias, targets }),
          measure: () => figures.since(),
          pause: () => pause(options.every * 1_000),
          report,
        },
      );
      if (!done) throw new CommandError(`${workload} exceeded the bounds`, EXIT.failed);
    });
}

/** The target that `to` names, with or without its project. */
export async function targetOf(
  { name, targets }: Pick<ShownAlias, 'name' | 'targets'>,
  to: string,
  projectName: (id: string) => Promise<string>,
): Promise<WorkloadInProject & { readonly project: string }> {
  const workload = to.slice(to.indexOf('/') + 1);
  const named = targets.filter((one) => one.workload === workload);
  const places = await Promise.all(
    named.map(async ({ projectId }) => ({ projectId, workload, project: await projectName(projectId) })),
  );
  const found = places.filter(({ project }) => to === workload || to === `${project}/${workload}`);
  const [target] = found;
  if (target === undefined)
    throw new CommandError(`${to} is not a target of the alias ${name}`, EXIT.notFound);
  if (found.length === 1) return target;
  const all = found.map(({ project }) => `${project}/${workload}`).join(', ');
  throw new CommandError(
    `${to} matches several targets of the alias ${name}: use one of ${all}`,
    EXIT.notFound,
  );
}

const pagesOf = (gateways: readonly string[]): Promise<string[]> =>
  Promise.all(
    gateways.map(async (url) => {
      const answer = await fetch(new URL('/metrics', url));
      if (!answer.ok) throw new CommandError(`${url}/metrics: status ${answer.status}`, EXIT.failed);
      return answer.text();
    }),
  );

function number(text: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0)) throw new InvalidArgumentError('must be a number of 0 or more');
  return value;
}

function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('must be above 0');
  return value;
}

function percents(text: string): number[] {
  const values = text.split(',').map(positive);
  const isRising = values.every((value, at) => value <= 100 && value > (values[at - 1] ?? 0));
  if (!isRising) throw new InvalidArgumentError('must rise, to at most 100, as in 5,25,50,100');
  return values;
}
