const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { chdir, cwd, execPath, exit } = require('node:process');
const { isFresh } = require('@tessera/tool-build/build-record');

/**
 * Starts the local platform from its bundle, which is built first where a source of it changed: to load the sources
 * one by one takes about three times as long as to load the bundle.
 */
const ROOT = join(__dirname, '../../..');
const PROJECT = 'tools/stack';

const caller = cwd();
chdir(ROOT);
if (!isFresh(join('dist', PROJECT))) {
  const build = ['--import', 'tsx', 'tools/build/src/main.ts', PROJECT];
  const { status } = spawnSync(execPath, build, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) exit(1);
}
// Paths in settings are those of the caller.
chdir(caller);
require(join(ROOT, 'dist', PROJECT, 'main.js'));
