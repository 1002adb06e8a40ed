// Not exported from the package's index, which the events kit bundles for programs without Node.
import { createHash } from 'node:crypto';

const LABEL = 63;
const HASH = 6;

/**
 * Generated host of an exposed URL: `<name>-<project>-<hash>` below the base. The hash covers name, project and port
 * with their separators, so that `chat` in `team-a` and `chat-team` in `a`, and each port, have different hosts. One
 * DNS label of at most 63 characters; always the same for a workload and port.
 */
export function exposedHost(
  { name, projectName }: { readonly name: string; readonly projectName: string },
  container: number,
  base: string,
): string {
  return `${label(name, projectName, [projectName, name, container])}.${base}`;
}

/** The same for the serving endpoint of a workload, without the base: whichever port it has. */
export const servingLabel = (projectName: string, name: string): string =>
  label(name, projectName, [projectName, name]);

function label(name: string, projectName: string, hashed: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
  const hash = BigInt(`0x${digest}`).toString(36).slice(-HASH);
  const plain = `${name}-${projectName}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const readable = plain.slice(0, LABEL - HASH - 1).replace(/^-|-$/g, '');
  return `${readable}-${hash}`;
}
