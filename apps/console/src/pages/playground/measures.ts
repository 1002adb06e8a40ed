import { number } from '../../components/values/numbers';
import { duration } from '../../components/values/time';
import type { Turn } from './conversation';

/** What was measured of an answer, as the reader reads it; empty before anything has arrived. */
export function measuresOf(turn: Turn): readonly string[] {
  const { firstAt, endedAt, sentAt, tokensIn, tokensOut, parts, model, finish } = turn;
  if (firstAt === undefined) return [];
  const out = tokensOut ?? parts;
  const seconds = ((endedAt ?? firstAt) - firstAt) / 1000;
  return [
    `first token after ${duration(firstAt - sentAt)}`,
    ...(endedAt === undefined ? [] : [`${duration(endedAt - sentAt)} in all`]),
    `${tokensOut === undefined ? 'about ' : ''}${out} ${out === 1 ? 'token' : 'tokens'} out`,
    ...(tokensIn === undefined ? [] : [`${tokensIn} in`]),
    // One token says nothing of the pace of the others.
    ...(out > 1 && seconds > 0 ? [`${number(Math.round((10 * (out - 1)) / seconds) / 10)} tokens/s`] : []),
    ...(model === undefined ? [] : [`by ${model}`]),
    ...(finish === 'length' ? ['cut off at the limit of tokens'] : []),
  ];
}
