import type { Verdict } from '../model/model';

/** One line that says how many nodes were rejected and why, the most frequent reason first. */
export function messageOf(nodes: number, rejected: Verdict['rejected']): string {
  if (nodes === 0) return '0/0 nodes: the cluster has no nodes';
  const parts = [...rejected]
    .sort((a, b) => b.count - a.count)
    .map(({ count, detail }) => `${count} ${conjugated(detail, count)}`);
  return `0/${nodes} nodes: ${parts.join(', ')}`;
}

/** Why a quota refuses a request, as a sentence; undefined where no quota does. */
export function quotaMessage({ rejected, nearestMiss }: Verdict): string | undefined {
  const quota = rejected.find(({ code }) => code === 'Quota');
  if (quota === undefined) return undefined;
  const { count, detail } = quota;
  // The quota is the last filter, so the node that came nearest is one that it rejected.
  const why = nearestMiss === undefined ? '' : `: ${nearestMiss.replace(/^node \S+: /, '')}`;
  return `${count} ${count === 1 ? 'node' : 'nodes'} ${conjugated(detail, count)}${why}`;
}

/** The verdict with a further sentence, such as for whom a node is kept. The sentence begins with "Node". */
export const withNote = (verdict: Verdict, note: string): Verdict => ({
  ...verdict,
  message: `${verdict.message}. ${note}`,
});

/**
 * True for messages of verdicts that give the same reasons, whatever their counts: those change with every node and pod
 * of the cluster and give the reader nothing to act on.
 */
export const sameReasons = (one: string, other: string): boolean =>
  one === other || reasonsOf(one).join() === reasonsOf(other).join();

const VERBS: Readonly<Record<string, string>> = { lack: 'lacks', are: 'is', have: 'has', run: 'runs' };
const PART = new RegExp(`, (?=\\d+ (?:${Object.entries(VERBS).flat().join('|')}|cannot) )`);

/** Details are written for many nodes; one node "lacks", "is", "has", "runs". */
export function conjugated(detail: string, count: number): string {
  if (count !== 1) return detail;
  return detail
    .replace(/^(lack|are|have|run)\b/, (verb) => VERBS[verb] ?? verb)
    .replace(/^runs as many pods as they may$/, 'runs as many pods as it may');
}

/** The parts of a message without their counts, in one order and number. */
function reasonsOf(message: string): readonly string[] {
  const [body = '', ...notes] = message.split(/\. (?=Node )/);
  const [, reasons = body] = /^0\/\d+ nodes: (.*)$/s.exec(body) ?? [];
  const plural = new Map(Object.entries(VERBS).map(([many, one]) => [one, many]));
  return reasons
    .split(PART)
    .map((part) =>
      part
        .replace(/^\d+ /, '')
        .replace(/^\w+/, (verb) => plural.get(verb) ?? verb)
        .replace(/ as it may$/, ' as they may'),
    )
    .sort()
    .concat(notes);
}
