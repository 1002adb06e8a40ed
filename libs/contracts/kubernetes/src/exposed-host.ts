// Not part of the package's index: the kit of the events bundles that for programs without Node.
import { createHash } from 'node:crypto';

const LABEL = 63;
const HASH = 6;

/**
 * Host of an exposed URL that a request does not give: `<name>-<project>-<hash>` below the base. The hash is of name,
 * project and port with what parts them, so that `chat` in `team-a` and `chat-team` in `a` have hosts of their own, and
 * so has each port. One DNS label of at most 63 characters; the same for the same workload and port.
 */
export function exposedHost(
  { name, projectName }: { readonly name: string; readonly projectName: string },
  container: number,
  base: string,
): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([projectName, name, container]))
    .digest('hex');
  const hash = BigInt(`0x${digest}`).toString(36).slice(-HASH);
  const plain = `${name}-${projectName}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const readable = plain.slice(0, LABEL - HASH - 1).replace(/^-|-$/g, '');
  return `${readable}-${hash}.${base}`;
}
