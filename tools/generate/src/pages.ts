import { boardFile, boardPath, BOARDS } from '@tessera/tool-boards';
import { chartPermissions } from './chart/permissions';
import { chartPriorityClasses } from './chart/priority-classes';
import { configurationPage } from './configuration-page';
import { guardrailsPage, guardrailsSchema } from './guardrails-page';
import { fieldsPage } from './compiled-fields-page';
import { compiledObjects } from './compiled-objects';
import { routesPage } from './routes-page';
import { scalingPage } from './scaling-page';
import { settings } from './settings';

/** A generated file: its path in the repository and the function for its content. */
export interface Page {
  readonly path: string;
  readonly make: (root: string) => string;
}

/** All files that `npm run generate` writes; a test compares each with the committed file. */
export const PAGES: readonly Page[] = [
  { path: 'docs/reference/configuration.md', make: (root) => configurationPage(settings(root)) },
  { path: 'docs/reference/routes.md', make: () => routesPage() },
  { path: 'docs/reference/compiled-fields.md', make: fieldsPage },
  { path: 'docs/reference/compiled-objects.yaml', make: compiledObjects },
  { path: 'docs/reference/scaling.md', make: scalingPage },
  { path: 'docs/reference/guardrails.md', make: guardrailsPage },
  { path: 'docs/reference/guardrails.schema.json', make: guardrailsSchema },
  { path: 'deploy/helm/tessera/files/permissions.yaml', make: chartPermissions },
  { path: 'deploy/helm/tessera/files/priority-classes.yaml', make: chartPriorityClasses },
  ...BOARDS.map((board) => ({ path: boardPath(board), make: () => boardFile(board) })),
];
