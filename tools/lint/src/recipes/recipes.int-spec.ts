import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CopiedTree } from './copied-tree';
import { RECIPES } from './index';
import { Overlay } from './overlay';
import { rounds, textsAfter, type Step } from './recipe';

const ROOT = join(__dirname, '../../../..');
/** The whole repository is checked, and specifications run five times. */
const LIMIT_MS = 600_000;
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const STEPS = RECIPES.flatMap(({ steps }) => steps);
const without = (missing: readonly Step[]): ReadonlyMap<string, string> =>
  textsAfter(
    STEPS.filter((step) => !missing.includes(step)),
    read,
  );

/** Files that a recipe names between backticks. */
function namedBy(title: string): readonly string[] {
  const [, recipe = ''] = read('CONTRIBUTING.md').split(`**${title}**`);
  const [text = ''] = recipe.split(/\n\*\*|\n[A-Z]/);
  return [...text.matchAll(/`((?:apps|libs|tools)\/[^`]+\.\w+)`/g)].map(([, file]) => file ?? '');
}

/** What the compiler says of a switch without the new case. */
const NOT_EVERY_CASE = 'lacks ending return statement';

/** Files that a recipe names to show how a new one looks, or for a case that its example here is not. */
const EXAMPLES = [
  'apps/api/src/simulation/simulation.controller.ts',
  'apps/api/src/simulation/simulation.module.ts',
  'libs/domain/autoscaling/src/rules/latency.ts',
  // A rule with a field of its own; its page has a specification that names a field without a story.
  'tools/generate/src/scaling-fields/fields.ts',
];

describe.each(RECIPES)('the recipe "$title"', ({ title, steps }) => {
  it('names every file that is to be changed', () => {
    const existing = steps.filter(({ change }) => typeof change !== 'string').map(({ file }) => file);
    expect(existing.filter((file) => !namedBy(title).includes(file))).toEqual([]);
  });

  it('names no file that need not be changed', () => {
    const specs = steps.flatMap(({ missed }) => ('spec' in missed ? [missed.spec] : []));
    const needed = [...steps.map(({ file }) => file), ...specs, ...EXAMPLES];
    expect(namedBy(title).filter((file) => !needed.includes(file))).toEqual([]);
  });
});

describe('all recipes at once', () => {
  const overlay = new Overlay(ROOT);

  it(
    'compile',
    () => {
      overlay.set(without([]));
      expect(overlay.sources().flatMap((file) => overlay.errorsOf(file))).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each(rounds(RECIPES.map(({ steps }) => steps.filter(({ missed }) => 'typesOf' in missed))))(
    'do not compile where %#: one step of each is left out',
    (...missing: readonly Step[]) => {
      overlay.set(without(missing));
      for (const { file, missed } of missing) {
        const errors = 'typesOf' in missed ? overlay.errorsOf(missed.typesOf).join('\n') : '';
        const names = RECIPES.find(({ steps }) => steps.some((step) => step.file === file))?.names.source;
        expect({ file, errors }).toEqual({
          file,
          errors: expect.stringMatching(new RegExp(`${names}|${NOT_EVERY_CASE}`)) as string,
        });
      }
    },
    LIMIT_MS,
  );
});

describe('specifications, where all recipes are followed', () => {
  const guards = (steps: readonly Step[]): readonly string[] => [
    ...new Set(steps.flatMap(({ missed }) => ('spec' in missed ? [missed.spec] : []))),
  ];
  let copy: CopiedTree;
  beforeAll(() => {
    copy = new CopiedTree(ROOT);
  });
  afterAll(() => copy.remove());

  it(
    'pass',
    async () => {
      copy.set(without([]));
      expect(await copy.failing(guards(STEPS))).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each(rounds(RECIPES.map(({ steps }) => steps.filter(({ missed }) => 'spec' in missed))))(
    'fail where %#: one step of each is left out',
    async (...missing: readonly Step[]) => {
      copy.set(without(missing));
      const expected = guards(missing);
      expect((await copy.failing(expected)).toSorted()).toEqual(expected.toSorted());
    },
    LIMIT_MS,
  );
});
