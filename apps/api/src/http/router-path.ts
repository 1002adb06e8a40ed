/** OpenAPI path to router path; a literal colon is doubled, since a single one starts a parameter. */
export const routerPath = (path: string): string =>
  path.replaceAll(':', '::').replaceAll(/\{([^{}]+)\}/g, ':$1');
