import { spawnSync } from 'node:child_process';
import { auditVerdict } from './advisories';

/** `npm run audit:packages`: fails for an advisory about a production package without a review. */
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const verdict = auditVerdict(parsed(stdout));
if (verdict.kind === 'unknown') {
  // Mirrors of the registry have no advisories; the change did not cause that.
  process.stdout.write(`advisories were not checked: ${verdict.why}\n`);
} else {
  for (const line of verdict.open) process.stdout.write(`open: ${line}\n`);
  for (const id of verdict.stale) process.stdout.write(`answered, and no advisory any more: ${id}\n`);
  if (verdict.open.length + verdict.stale.length > 0) process.exitCode = 1;
  else process.stdout.write('no advisory is open\n');
}

function parsed(text: string): Parameters<typeof auditVerdict>[0] {
  try {
    return JSON.parse(text) as Parameters<typeof auditVerdict>[0];
  } catch {
    return { message: text.trim() || 'npm said nothing' };
  }
}
