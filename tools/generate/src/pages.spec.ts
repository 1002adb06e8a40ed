import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, type Setting } from './configuration-page';
import { PAGES } from './pages';

const ROOT = join(__dirname, '..', '..', '..');

describe('generated pages', () => {
  it.each(PAGES.map((page) => [page.path, page] as const))(
    '%s is fresh; if not: npm run generate',
    (path, page) => {
      expect(readFileSync(join(ROOT, path), 'utf8')).toBe(page.make(ROOT));
    },
  );
});

describe('the page of settings', () => {
  const setting: Setting = {
    name: 'TESSERA_X',
    description: 'One of `a|b`.',
    defaultText: '7',
    required: false,
    secret: false,
    usedBy: ['api', 'scheduler'],
  };
  const lastRow = (change: Partial<Setting>): string | undefined =>
    configurationPage([{ ...setting, ...change }])
      .trimEnd()
      .split('\n')
      .at(-1);

  it('shows name, default, readers and meaning', () => {
    expect(lastRow({})).toBe('| `TESSERA_X` | `7` | api, scheduler | One of `a\\|b`. |');
  });

  it('distinguishes a required setting from one without a default', () => {
    expect(lastRow({ defaultText: undefined, required: true })).toContain('| required |');
    expect(lastRow({ defaultText: undefined })).toContain('| – |');
  });

  it('names the file variant of a secret', () => {
    expect(lastRow({ secret: true })).toContain('Secret, also `TESSERA_X_FILE`.');
  });
});
