import { CONSOLE_PAGES, type ConsolePage } from '@tessera/contracts-rest/console-pages';

const NAMES: Readonly<Record<ConsolePage, string>> = {
  '/': 'Overview',
  '/map': 'Cluster map',
  '/workloads': 'Workloads',
  '/models': 'Models',
  '/nodes': 'Nodes',
  '/quota': 'Quota',
  '/usage': 'Usage and cost',
  '/events': 'Events',
  '/access': 'Access',
};

/** The pages of the navigation, in its order. */
export const PAGES = CONSOLE_PAGES.map((path) => [path, NAMES[path]] as const);

/** Documents that the API serves beside the console. */
export const DOCUMENTS = [
  ['/docs', 'API'],
  ['/docs/events', 'Event types'],
  ['/openapi.json', 'OpenAPI'],
  ['/asyncapi.json', 'AsyncAPI'],
] as const;
