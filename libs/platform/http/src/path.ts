import { HttpError } from './errors';

/**
 * A relative path of these segments, each encoded. Throws 404 for a segment that would change the path: `.` and `..`
 * mean the same encoded or not (WHATWG URL, "double-dot path segment"), and an empty segment is invalid.
 */
export function pathOf(...segments: readonly string[]): string {
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw new HttpError(404, 'Resource id not found.');
  return segments.map(encodeURIComponent).join('/');
}

/** Path template of a contract as the web server reads it: `{id}` is `:id`, and a literal colon is doubled. */
export const routerPath = (template: string): string =>
  template.replaceAll(':', '::').replaceAll(/\{([^{}]+)\}/g, ':$1');
