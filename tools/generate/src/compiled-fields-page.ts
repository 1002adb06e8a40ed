import { homes, type Home } from './compiled-fields/table';

/** The reference page of what each field of a create request becomes. */
export const fieldsPage = (): string =>
  [
    '# What a field becomes',
    '',
    'Made by `npm run generate`; do not edit. For each field of `spec` in a create request: the fields of Kubernetes objects that change when it is left out, found by making the objects with and without it, and what else becomes of it. `[]` stands for an entry of a list. An event of the workload (`FieldIgnored`) reports what was left out of a request.',
    '',
    '| field | objects | else |',
    '| --- | --- | --- |',
    ...homes().map(row),
    '',
  ].join('\n');

const row = ({ field, objects, elsewhere = '' }: Home): string =>
  `| \`${field}\` | ${objects.map((one) => `\`${one}\``).join('<br>')} | ${elsewhere} |`;
