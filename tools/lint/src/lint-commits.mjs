import { execFileSync, spawnSync } from 'node:child_process';

/** `npm run lint:commits`: checks the message of every commit since the rules were introduced; earlier ones have others. */
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const introduced = git('log', '--diff-filter=A', '--format=%H', '--', 'commitlint.config.mjs')
  .split('\n')
  .at(-1);
if (introduced === '') {
  process.stdout.write('no commit has the rules for messages yet: nothing to check\n');
} else {
  const { status } = spawnSync('commitlint', ['--from', introduced, '--to', 'HEAD', '--verbose'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
