import { chartPermissions } from './chart-permissions';
import { chartPriorityClasses } from './chart-priority-classes';
import { configurationPage } from './configuration-page';
import { guardrailsPage, guardrailsSchema } from './guardrails-page';
import { fieldsPage } from './realisation-page';
import { compiledObjects } from './realised-objects';
import { routesPage } from './routes-page';
import { settings } from './settings';

/** A file that is made from code: its path in the repository and how to make its content. */
export interface Page {
  readonly path: string;
  readonly make: (root: string) => string;
}

/** Everything that `npm run generate` writes; a test compares each with the file that is checked in. */
export const PAGES: readonly Page[] = [
  { path: 'docs/reference/configuration.md', make: (root) => configurationPage(settings(root)) },
  { path: 'docs/reference/routes.md', make: () => routesPage() },
  { path: 'docs/reference/realisation.md', make: fieldsPage },
  { path: 'docs/reference/realised-objects.yaml', make: compiledObjects },
  { path: 'docs/reference/guardrails.md', make: guardrailsPage },
  { path: 'docs/reference/guardrails.schema.json', make: guardrailsSchema },
  { path: 'deploy/helm/tessera/files/permissions.yaml', make: chartPermissions },
  { path: 'deploy/helm/tessera/files/priority-classes.yaml', make: chartPriorityClasses },
];
