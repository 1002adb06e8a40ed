import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ConfigError } from './load';
import type { VariableName } from './variables';

/** What a reader makes of the content of a file: settings, or everything that is wrong with it. */
export type FileOutcome<T> = { readonly settings: T } | { readonly problems: readonly string[] };

/**
 * The settings in the YAML file that a variable names. Throws {@link ConfigError} with every problem at once: a file that
 * cannot be read, text that is no YAML, and whatever `read` says of its content.
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
