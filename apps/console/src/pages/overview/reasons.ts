/** Why workloads wait, and how many do for that. */
export interface Reason {
  /** For people. */
  readonly title: string;
  /** Part of the message of each of them, by which the list is filtered; empty for those with none of the others. */
  readonly phrase: string;
  readonly count: number;
}

/** Parts of the messages of the scheduler, with a title for each. Those of pools say only where nobody looked. */
const REASONS: readonly (readonly [phrase: string, title: string])[] = [
  ['quota is used up', 'The quota is used up'],
  ['too few devices', 'No node has enough GPUs'],
  ['GPU on one device', 'No GPU has the share free'],
  ['GPU on each of', 'No GPUs have the share free'],
  ['of GPU memory on', 'No GPU has the memory free'],
  ['no free MIG instance', 'No MIG instance is free'],
  ['no device of model', 'No GPU of the model'],
  ['cordoned or not ready', 'Nodes are cordoned or not ready'],
  ['being repartitioned', 'Nodes are being repartitioned'],
  ['untolerated taint', 'Nodes have a taint'],
  ['not of type', 'No node of the type'],
  ['of the node selector', 'The node selector'],
  ['outside the node affinity', 'The node affinity'],
  ['outside the pod affinity', 'The pod affinity'],
  ['cannot mount', 'A claim cannot be mounted'],
  ['MIG instances that differ', 'MIG instances differ'],
  ['time-sliced devices', 'GPUs are time-sliced'],
  ['whose memory is unknown', 'The memory of GPUs is unknown'],
  ['are avoided for a while', 'A kubelet rejected it'],
  ['is avoided for a while', 'A kubelet rejected it'],
  ['as many pods as', 'Nodes run as many pods as they may'],
  ['reservation pods of its devices', 'Nodes have no place for a reservation pod'],
  [' CPU', 'Too little CPU'],
  ['MiB of memory', 'Too little memory'],
];

/**
 * The reasons of messages, the most frequent first. A message that names several reasons counts for each, so that a
 * count is that of the list filtered by its phrase; one that names none counts as "Another reason".
 */
export function reasonsOf(messages: readonly string[]): readonly Reason[] {
  const found = REASONS.map(([phrase, title]) => ({
    title,
    phrase,
    count: messages.filter((message) => message.includes(phrase)).length,
  }));
  const other = messages.filter((message) => !REASONS.some(([phrase]) => message.includes(phrase))).length;
  return [...found, { title: 'Another reason', phrase: '', count: other }]
    .filter(({ count }) => count > 0)
    .sort((one, next) => next.count - one.count);
}
