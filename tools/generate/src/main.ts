import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PAGES } from './pages';

const ROOT = join(__dirname, '..', '..', '..');

for (const { path, make } of PAGES) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), make(ROOT));
  process.stdout.write(`${path}\n`);
}
