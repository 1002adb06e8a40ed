import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { consoleFiles } from './console-files';

describe('the files of the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-console-'));
  const script = 'const answer = 42;\n'.repeat(200);
  beforeAll(() => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'index-abc.js'), script);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read with their types, plain and compressed', () => {
    const file = consoleFiles(folder)?.assets.get('index-abc.js');
    expect([file?.type, file?.content.toString()]).toEqual(['text/javascript; charset=utf-8', script]);
    expect(gunzipSync(file?.gzip ?? '').toString()).toBe(script);
    expect(file?.gzip.length).toBeLessThan(script.length / 10);
  });

  it('are none where the console was not built', () => {
    expect(consoleFiles(join(folder, 'nowhere'))).toBeUndefined();
  });
});
