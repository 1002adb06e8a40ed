import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ConfigError } from './load';
import type { VariableName } from './variables';

/** Result of reading a file: its settings, or all its problems. */
export type FileOutcome<T> = { readonly settings: T } | { readonly problems: readonly string[] };

/**
 * Settings from the YAML file that a variable names. Throws {@link ConfigError} with all problems at once: an
 * unreadable file, invalid YAML, and the problems that `read` reports.
 */
export function yamlFile<T>(name: VariableName, file: string, read: (content: unknown) => FileOutcome<T>): T {
  const outcome = contentOf(file);
  const result = 'problems' in outcome ? outcome : read(outcome.settings);
  if ('problems' in result) throw new ConfigError(result.problems.map((one) => `${name}=${file}: ${one}`));
  return result.settings;
}

function contentOf(file: string): FileOutcome<unknown> {
  try {
    const document = parseDocument(readFileSync(file, 'utf8'));
    if (document.errors.length > 0) return { problems: document.errors.map(({ message }) => message) };
    return { settings: document.toJS() as unknown };
  } catch (error) {
    return { problems: [`cannot be read: ${(error as Error).message}`] };
  }
}
