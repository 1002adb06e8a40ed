import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const ATTACKS = 'apps/e2e/src/attacks';
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** Rows of the tables whose last column names a test as `file: words of its title`. */
const rows = [...page.matchAll(/^\|(.+)\|.+\| +`([^`:]+): ([^`]+)` +\|$/gm)].map((found) => ({
  threat: (found[1] ?? '').trim(),
  file: (found[2] ?? '').includes('/') ? (found[2] ?? '') : join(ATTACKS, found[2] ?? ''),
  title: found[3] ?? '',
}));

describe('the page on security', () => {
  it('has rows for each letter of STRIDE, and a test in every row', () => {
    const sections = page.slice(page.indexOf('## STRIDE')).split('\n### ').slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual([
      'Spoofing',
      'Tampering',
      'Repudiation',
      'Information disclosure',
      'Denial of service',
      'Elevation of privilege',
    ]);
    const tables = sections.join('\n').split('\n## ')[0] ?? '';
    const lines = tables.split('\n').filter((line) => /^\| (?!threat|-)/.test(line));
    expect(rows).toHaveLength(lines.length);
  });

  it.each(rows)('names a test that is there: $threat', ({ file, title }) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8').replace(/\s+/g, ' ')).toContain(title);
  });
});
