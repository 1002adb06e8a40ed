import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toPromQl } from '@tessera/adapter-prometheus';
import { planFor } from '@tessera/application-measuring';
import { service } from '@tessera/dev-services';
import {
  ANSWERED_ROWS,
  ANSWERED_TIMES,
  ANSWERED_WINDOW_MS,
  ASKED,
  type AnsweringServer,
  type AskedOnce,
  type RecordedAnswer,
  type Recording,
} from '@tessera/testing-contract-suites/recorded-answers';
import { startGiven } from './servers';

const OUT = join(
  __dirname,
  ...['..', '..', '..', '..', 'libs/testing/contract-suites/fixtures/prometheus-answers.json'],
);
const USAGE = `npm run record:prometheus [-- --prometheus FILE]
  Records what a Prometheus server answers, for the tests. FILE is the program; default is the one on the PATH. It needs
  release 3.0 or newer, which has native histograms and remarks on queries.`;

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** The queries of the measurements, as the metrics service asks them. */
function measured(): readonly (readonly [name: string, asked: AskedOnce])[] {
  const { start, end, step } = ANSWERED_TIMES;
  const times = { start: seconds(start), end: seconds(end), step: seconds(step) };
  return Object.entries(ANSWERED_ROWS).flatMap(([row, { scope, types }]) =>
    Object.keys(types).map((type) => {
      const plan = planFor(type, scope, ANSWERED_WINDOW_MS);
      if (plan === undefined) throw new Error(`a ${scope.kind} has no type ${type}`);
      const form = { query: toPromQl(plan), ...times };
      return [`${type} of ${row}`, { server: 'usual', path: '/api/v1/query_range', form }] as const;
    }),
  );
}

async function ask(
  url: string,
  name: string,
  { path, form, status: wanted = 200 }: AskedOnce,
): Promise<RecordedAnswer> {
  const body = new URLSearchParams(form);
  const response = await fetch(url + path, { method: 'POST', body });
  const answer = { name, path, form, status: response.status, body: await response.json() };
  if (answer.status !== wanted) throw new Error(`${name} is no ${wanted}: ${JSON.stringify(answer)}`);
  return answer;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { prometheus: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) return void process.stdout.write(`${USAGE}\n`);
  const found = service('prometheus');
  const command = values.prometheus ?? (found.available ? found.reason : undefined);
  if (command === undefined) throw new Error(`${found.reason}; ${found.how}, or name one with --prometheus`);
  const all = [...measured(), ...Object.entries<AskedOnce>(ASKED)];
  const answers: RecordedAnswer[] = [];
  let prometheus = '';
  for (const name of new Set<AnsweringServer>(all.map(([, { server }]) => server))) {
    const server = await startGiven(command, name);
    prometheus = server.version;
    try {
      for (const [title, asked] of all)
        if (asked.server === name) answers.push(await ask(server.url, title, asked));
    } finally {
      await server.remove();
    }
  }
  const recording: Recording = { prometheus, answers };
  writeFileSync(OUT, `${JSON.stringify(recording, undefined, 2)}\n`);
  process.stdout.write(`${answers.length} answers of Prometheus ${prometheus} in ${OUT}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
