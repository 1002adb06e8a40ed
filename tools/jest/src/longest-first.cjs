const { readFileSync } = require('node:fs');
const { default: TestSequencer } = require('@jest/test-sequencer');

/** Files take about this share of the time that they grant one test or hook. */
const SHARE = 1 / 3;
/** `testTimeout` of `jest.config.cjs`. */
const DEFAULT_LIMIT_MS = 30_000;
/** For the order of files with the same limit: the larger ones take longer. */
const MS_PER_BYTE = 0.1;

/**
 * Jest begins with the files that took longest, so that no worker is left alone with one at the end, and goes by size
 * where it has not run a file yet. Our longest are a few lines that call others, but grant themselves most time.
 */
class LongestFirst extends TestSequencer {
  time(test) {
    return super.time(test) ?? estimateOf(test);
  }
}

function estimateOf({ path, context }) {
  const [, limit] = /^jest\.setTimeout\(([\d_]+)\)/m.exec(readFileSync(path, 'utf8')) ?? [];
  const limitMs = limit === undefined ? DEFAULT_LIMIT_MS : Number(limit.replaceAll('_', ''));
  return limitMs * SHARE + (context.hasteFS.getSize(path) ?? 0) * MS_PER_BYTE;
}

module.exports = LongestFirst;
