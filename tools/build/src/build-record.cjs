const { createHash } = require('node:crypto');
const { existsSync, readFileSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');

// Not TypeScript, and no package is loaded: a start from a fresh bundle reads this and nothing else of a build.

const RECORD = 'build-record.json';
/** What the bundle of a service leaves besides its record. */
const OUTPUTS = ['main.js', 'main.js.map', 'sbom.cdx.json'];
/** The lock file, which is an input of every build, says what is there. */
const OF_A_PACKAGE = /(^|\/)node_modules\//;

function recordOf(folder, inputs, outputs = OUTPUTS) {
  const own = inputs.filter((path) => !OF_A_PACKAGE.test(path));
  const manifests = new Set(own.map(manifestOf).filter((path) => path !== undefined));
  const files = [...own, ...manifests, ...outputs.map((name) => join(folder, name))];
  const digests = Object.fromEntries(files.map((path) => [path, digestOf(path)]));
  return Buffer.from(`${JSON.stringify(digests, null, 1)}\n`);
}

function isFresh(folder) {
  const record = join(folder, RECORD);
  if (!existsSync(record)) return false;
  const known = JSON.parse(readFileSync(record, 'utf8'));
  return Object.entries(known).every(([path, digest]) => existsSync(path) && digestOf(path) === digest);
}

const changedSince = (time, files) => files.some((path) => statSync(path).mtimeMs >= time);

const digestOf = (path) => createHash('sha256').update(readFileSync(path)).digest('base64');

/** The nearest `package.json` above a file. */
function manifestOf(path) {
  for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder))
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'package.json');
  return undefined;
}

module.exports = { RECORD, changedSince, isFresh, recordOf };
