import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '../../../..');
const RULES = join(ROOT, 'deploy', 'helm', 'tessera', 'files', 'rules');
/** Folder of the runbooks in this repository, as alerts name it. */
export const RUNBOOKS = 'docs/runbooks/';
/** Where a Grafana has them that docker-compose.yml started, and our own page of boards; the chart puts its value here. */
export const RUNBOOKS_ADDRESS = `/public/${RUNBOOKS}`;

interface RulesFile {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert?: string;
      readonly annotations?: { readonly runbook_url: string };
    }[];
  }[];
}

let known: ReadonlyMap<string, string> | undefined;

/** Address of the section about the alert, which the rules name; throws for an alert that does not exist. */
export function runbookOf(alert: string): string {
  known ??= new Map(
    readdirSync(RULES)
      .flatMap((name) => (parse(readFileSync(join(RULES, name), 'utf8')) as RulesFile).groups)
      .flatMap(({ rules }) => rules)
      .flatMap((rule) =>
        rule.alert === undefined ? [] : [[rule.alert, rule.annotations?.runbook_url ?? ''] as const],
      ),
  );
  const page = known.get(alert);
  if (page === undefined) throw new Error(`no alert ${alert} in ${RULES}`);
  return page.replace(RUNBOOKS, RUNBOOKS_ADDRESS);
}
