import { allowsAny } from './guardrails';

/** Normalises a host name: lower case, without a trailing dot or brackets around an address. */
export const sameHost = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** Whether a list allows a host: by its name, or by `*.<name>` for all below that name. */
export function allowsHost(list: readonly string[], host: string): boolean {
  const name = sameHost(host);
  return list.some((pattern) => {
    if (pattern === '*') return true;
    return pattern.startsWith('*.')
      ? name.length >= pattern.length && name.endsWith(sameHost(pattern.slice(1)))
      : name === sameHost(pattern);
  });
}

/** Whether a list allows a path of a node: it is one of the list's, or below one. */
export function allowsPath(list: readonly string[], path: string): boolean {
  const parts = segments(path);
  return list.some((allowed) => {
    if (allowed === '*') return true;
    const above = segments(allowed);
    return above.length <= parts.length && above.every((part, index) => part === parts[index]);
  });
}

const segments = (path: string): readonly string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');

/** Whether a list allows a name: exactly, or by a prefix such as `team-*`. */
export const allowsName = (list: readonly string[], name: string): boolean =>
  list.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));

/**
 * Registry and path of an image, without tag and digest. As in container runtimes, an image without a registry comes
 * from Docker Hub (`docker.io`), and a single name is below `library` there.
 */
export function imagePath(image: string): string {
  const name = image.trim().split('@', 1)[0] ?? '';
  const first = name.split('/', 1)[0] ?? '';
  const named = name.includes('/') && /[.:]|^localhost$/.test(first);
  const registry = named ? first.toLowerCase() : 'docker.io';
  const rest = named ? name.slice(first.length + 1) : name.includes('/') ? name : `library/${name}`;
  const path = rest.replace(/:[^/:]*$/, '');
  return `${registry === 'index.docker.io' ? 'docker.io' : registry}/${path}`;
}

/** Whether a list allows an image: by its registry, by `*.<host>` for registries below a host, or by a path in one. */
export function allowsImage(list: readonly string[], image: string): boolean {
  if (allowsAny(list)) return true;
  const [registry = '', ...path] = imagePath(image).split('/');
  return list.some((pattern) => {
    const [host = '', ...below] = pattern.replace(/\/$/, '').split('/');
    return allowsHost([host], registry) && below.every((part, index) => part === path[index]);
  });
}
