import { stringify } from 'yaml';
import { fieldCases } from './compiled-fields/cases';
import { objectsOf } from './compiled-fields/table';

/** The objects of every case as they are sent, as YAML documents: a change of the compiler shows here. */
export const compiledObjects = (): string =>
  [
    '# Made by `npm run generate`: the Kubernetes objects of one workload for each group of fields. Do not edit.\n',
    ...fieldCases().flatMap(([name, spec]) => [
      `# ${name}\n`,
      ...Object.values(objectsOf(spec)).map(
        (object) => `---\n${stringify(object, { aliasDuplicateObjects: false })}`,
      ),
    ]),
  ].join('');
