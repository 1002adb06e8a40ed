import { z } from 'zod';
import { ScalingInputs } from '@tessera/contracts-events';
import { FIELD_CASES, specOf, type FieldCase } from './scaling-fields/fields';
import { play } from './scaling-fields/play';
import { BUILT_IN_SCALING_QUERIES, type ScalingQuery } from '@tessera/contracts-metrics';

/** The reference page of scaling: the inputs of a decision as its event carries them. */
export const scalingPage = (): string =>
  [
    '# Reference of scaling',
    '',
    'Made by `npm run generate`; do not edit. [The guide](../guides/scaling.md) explains how the rules work together.',
    '',
    '## Fields',
    '',
    'Fields of `spec.autoscaling`. The examples are played with the rules of the scheduler when this page is made: the other fields and the load are the same in both, and the decisions differ. `4 (10 s)` is a decision for four replicas after ten seconds.',
    '',
    '| field | what it does | with | decisions | with | decisions |',
    '| --- | --- | --- | --- | --- | --- |',
    ...FIELD_CASES.map(fieldRow),
    '',
    '## Inputs of a decision',
    '',
    'Fields of `inputs` of the event `scale-decided`. A field is absent where it played no part in the decision.',
    '',
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...inputRows(),
    '',
    '## Metrics by name',
    '',
    'Built-in queries for `spec.autoscaling.metric`. The value is that of one pod; the thresholds of shares are in percent, those of times in ms.',
    '',
    '| model server | metric | value of a pod |',
    '| --- | --- | --- |',
    ...Object.entries(BUILT_IN_SCALING_QUERIES).flatMap(([server, queries]) =>
      Object.entries(queries).map(([metric, query]) => `| ${server} | \`${metric}\` | ${valueOf(query)} |`),
    ),
    '',
  ].join('\n');

function fieldRow(one: FieldCase): string {
  const examples = one.values.flatMap((value) => {
    const { changes, limited, stopped } = play(specOf(one, value), one.story);
    const numbers = changes.map(([second, replicas]) =>
      second === 0 ? `${replicas}` : `${replicas} (${second} s)`,
    );
    const shown = value === undefined ? 'none' : `\`${JSON.stringify(value)}\``;
    const start = stopped === undefined ? 'never stopped' : `stopped after ${stopped} s`;
    const decisions = { condition: limited, start, number: numbers.join(' → ') };
    return [shown, decisions[one.changes ?? 'number']];
  });
  return `| \`${one.field}\` | ${[one.effect, ...examples].join(' | ')} |`;
}

function valueOf(query: ScalingQuery): string {
  if ('promql' in query) return `\`${query.promql}\``;
  const factor = query.factor === undefined ? '' : ` × ${query.factor}`;
  const fold = query.fold === 'avg' ? 'average' : 'sum';
  if ('gauge' in query) return `${fold} of \`${query.gauge}\`${factor}`;
  if ('rate' in query) return `${fold} of the increase of \`${query.rate}\` per second${factor}`;
  const [of, by] = query.ratio;
  return `increase of \`${of}\` / increase of \`${by}\`${factor}`;
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function inputRows(): readonly string[] {
  const { properties = {} } = z.toJSONSchema(ScalingInputs) as Schema;
  return Object.entries(properties).map(
    ([name, schema]) => `| \`${name}\` | ${typeOf(schema)} | ${schema.description ?? ''} |`,
  );
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.properties !== undefined)
    return Object.entries(schema.properties)
      .map(([name, field]) => `\`${name}\` (${typeOf(field)})`)
      .join(', ');
  return schema.type ?? '';
}
