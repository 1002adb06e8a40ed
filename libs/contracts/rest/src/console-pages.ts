/** Addresses of the pages of the console; each holds for all addresses below it too, except that of `/`. */
export const CONSOLE_PAGES = [
  '/',
  '/map',
  '/workloads',
  '/models',
  '/nodes',
  '/quota',
  '/usage',
  '/events',
  '/access',
] as const;
export type ConsolePage = (typeof CONSOLE_PAGES)[number];

/** Where identity providers lead back to after a sign-in; it has no page of its own. */
export const SIGN_IN_PAGE = '/sign-in';
