import { PRIORITY_CLASSES } from '@tessera/domain-workload';
import { stringify } from 'yaml';

/** Values of the priority classes that the chart makes, by name. */
export const chartPriorityClasses = (): string =>
  `# Made by \`npm run generate\` from the priority classes of the domain; do not edit.\n${stringify(PRIORITY_CLASSES)}`;
