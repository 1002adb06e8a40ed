import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApiDocument } from '@tessera/contracts-rest';

/**
 * Where the document says that it is served: anywhere but on this machine, which the rules would not have published.
 */
const SERVER = 'https://tessera.test';
const ROOT = join(__dirname, '..', '..', '..');

/** Lints the document that the API serves as `/openapi.json` by the rules of `redocly.yaml`; returns the exit code. */
function lint(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-openapi-'));
  try {
    const file = join(folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(openApiDocument(SERVER, '0'), null, 2));
    const program = join(ROOT, 'node_modules', '.bin', 'redocly');
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const args = ['lint', file, '--config', join(ROOT, 'redocly.yaml')];
    return spawnSync(program, args, { stdio: 'inherit', env }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = lint();
