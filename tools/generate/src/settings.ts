import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KAFKA_VARIABLES } from '@tessera/adapter-kafka';
import { VARIABLES, type Variable } from '@tessera/platform-config';
import type { Setting } from './configuration-page';

/** Where the readers of a setting stand; libraries are given values. Tools matter only for what no app reads. */
const READERS = ['apps', 'tools', 'libs/testing'];
/** Lists of settings that a library offers and that an app takes whole, by the name of the list. */
const LISTS: Readonly<Record<string, readonly string[]>> = { KAFKA_VARIABLES };
const TEST = /\.(spec|int-spec|e2e-spec|soak-spec|node-spec)\.ts$/;

/** All settings in table order, with their readers in the repository at `root`. */
export function settings(root: string): readonly Setting[] {
  const readers = READERS.flatMap((folder) => packages(root, folder));
  return Object.entries(VARIABLES as Readonly<Record<string, Variable>>).map(([name, variable]) => ({
    name,
    description: variable.description,
    ...defaultOf(variable),
    secret: variable.secret === true,
    usedBy: preferApps(
      readers.filter(({ text }) => new RegExp(`\\b${name}\\b`).test(text)).map((reader) => reader.name),
    ),
  }));
}

/** The apps among the readers, or the other readers if there are none. */
function preferApps(readers: readonly string[]): readonly string[] {
  const apps = readers.filter((name) => !name.includes('/'));
  return (apps.length > 0 ? apps : readers).toSorted();
}

/** The default is what the schema returns for undefined. */
function defaultOf({ schema }: Variable): Pick<Setting, 'defaultText' | 'required'> {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success) return { defaultText: undefined, required: true };
  const value: unknown = parsed.data;
  return { defaultText: value === undefined ? undefined : textOf(value), required: false };
}

/** An empty list or record is shown as empty. */
const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.values(value).join(',') : String(value);

function packages(root: string, folder: string): readonly { readonly name: string; readonly text: string }[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'generate')
    .map(({ name }) => ({
      name: folder === 'apps' && name !== 'e2e' ? name : `${folder}/${name}`,
      text: withLists(sources(join(root, folder, name, 'src'))),
    }));
}

const withLists = (text: string): string =>
  Object.entries(LISTS).reduce(
    (whole, [list, names]) => (text.includes(`...${list}`) ? `${whole}\n${names.join('\n')}` : whole),
    text,
  );

function sources(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs)$/.test(file) && !TEST.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
