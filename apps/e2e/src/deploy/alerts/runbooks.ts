import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, ROOT } from '../deployed-files';

const FOLDER = 'docs/runbooks';

/** A section of a runbook: the one of an alert. */
export interface RunbookSection {
  readonly page: string;
  readonly alert: string;
  readonly text: string;
}

/** Pages of runbooks, without the overview. */
export const RUNBOOK_PAGES = readdirSync(join(ROOT, FOLDER))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => join(FOLDER, name));

export const sections = (): readonly RunbookSection[] =>
  RUNBOOK_PAGES.flatMap((page) =>
    read(page)
      .split(/^## /m)
      .slice(1)
      .map((text) => ({ page, alert: text.slice(0, text.indexOf('\n')), text })),
  );

/** Lines of the commands of a section. */
export const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'));

/** What people are to ask Prometheus. */
export const queriesIn = (text: string): readonly string[] =>
  commandsIn(text).flatMap((line) => /^query '(.*)'$/.exec(line)?.[1] ?? []);
