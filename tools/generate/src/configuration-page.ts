/** One setting, as the page shows it. */
export interface Setting {
  readonly name: string;
  readonly description: string;
  /** As it would be written in the environment; undefined where there is none. */
  readonly defaultText: string | undefined;
  readonly required: boolean;
  readonly secret: boolean;
  /** Apps whose sources name it, or tools where no app does; sorted. */
  readonly usedBy: readonly string[];
}

/** The reference page of all settings, as Markdown. */
export function configurationPage(settings: readonly Setting[]): string {
  return [
    '# Configuration',
    '',
    'Made by `npm run generate` from the tables in `libs/platform/config/src`; do not edit.',
    '',
    'Every service is configured by environment variables alone and checks them once at its start: all problems come in one message, and a `TESSERA_*` variable that is not in this table is one of them. An empty variable counts as absent. A secret may be given by file instead, as `<NAME>_FILE`; it is never printed.',
    '',
    '| name | default | read by | meaning |',
    '| --- | --- | --- | --- |',
    ...settings.map(row),
    '',
  ].join('\n');
}

function row({ name, description, defaultText, required, secret, usedBy }: Setting): string {
  const shown = defaultText === undefined ? (required ? 'required' : '–') : code(defaultText);
  const byFile = secret ? ` Secret, also ${code(`${name}_FILE`)}.` : '';
  return `| ${[code(name), shown, usedBy.join(', ') || '–', escaped(description) + byFile].join(' | ')} |`;
}

const escaped = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => (text === '' ? 'empty' : `\`${escaped(text)}\``);
