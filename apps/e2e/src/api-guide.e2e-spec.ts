import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type Route } from '@tessera/contracts-rest';
import { CALLS, runExamples, type Example } from '@tessera/tool-generate';
import { Platform } from './platform';

jest.setTimeout(180_000);

const GUIDE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'guides', 'api.md'), 'utf8');

describe('the guide for users of the API, run against a fresh platform', () => {
  let platform: Platform;
  let examples: ReadonlyMap<string, Example>;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    const run = await runExamples(platform.connection);
    examples = new Map(run.map((example) => [example.operation, example]));
  });
  afterAll(() => platform?.remove());

  /** The status and the fields of the answer that the page shows. */
  function shownBy({ method, path }: Route): { readonly status: number; readonly fields: readonly string[] } {
    const section = GUIDE.split(/^### /m).find((text) => text.includes(`\`${method} ${path}\` (`)) ?? '';
    const json = /```json\n([^]*?)\n```/.exec(section)?.[1];
    const status = Number(/^Answer (\d+)/m.exec(section)?.[1]);
    return { status, fields: fieldsOf(json === undefined ? undefined : JSON.parse(json)) };
  }

  it.each(Object.entries(ROUTES) as [string, Route][])('%s answers as it shows', (operation, route) => {
    const example = examples.get(operation);
    if (example === undefined) throw new Error(`${operation} was not run`);
    const { status, answer } = example;
    const isJson = typeof answer === 'object';
    expect({ status, fields: fieldsOf(isJson ? answer : undefined) }).toEqual(shownBy(route));
    if (isJson) expect(route.answers[status]?.schema?.safeParse(answer).error).toBeUndefined();
  });

  it('calls every operation once', () => {
    const called = ['grant_token', 'grant_token_v2', ...CALLS.map(({ operation }) => operation)];
    expect(called.sort()).toEqual(Object.keys(ROUTES).sort());
  });
});

/**
 * Names of the fields of an answer, or of the first entry of a list. Whether another page follows depends on the moment:
 * an update has two pods for a while.
 */
const fieldsOf = (answer: unknown): readonly string[] =>
  Object.keys((Array.isArray(answer) ? answer[0] : answer) ?? {})
    .filter((name) => name !== 'next')
    .sort();
