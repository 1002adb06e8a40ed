import { HttpError } from './errors';

/**
 * A relative path of these segments, each encoded. Throws 404 for one that would lead elsewhere: `.` and `..` mean the same
 * encoded or not (WHATWG URL, "double-dot path segment"), and an empty one is none.
 */
export function pathOf(...segments: readonly string[]): string {
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw new HttpError(404, 'Resource id not found.');
  return segments.map(encodeURIComponent).join('/');
}
