/** Which beginnings of a text count. */
interface PrefixBlocks {
  /** Characters (UTF-16 units) of a block. */
  readonly size: number;
  /** Most blocks. */
  readonly most: number;
  /** Texts with another salt have other hashes. */
  readonly salt?: string;
}

/**
 * A hash of 53 bits for every beginning of the text that ends with a whole block, the shortest first: texts that share
 * their first n blocks share their first n hashes. Not for secrets.
 */
export function prefixHashes(text: string, { size, most, salt = '' }: PrefixBlocks): number[] {
  const state = salted(salt);
  const hashes: number[] = [];
  for (let end = size; end <= text.length && hashes.length < most; end += size) {
    mixIn(state, text, end - size, end);
    hashes.push(digest(state));
  }
  return hashes;
}

/** A hash of 53 bits. Not for secrets. */
export function textHash(text: string, salt = ''): number {
  const state = salted(salt);
  mixIn(state, text, 0, text.length);
  return digest(state);
}

/** Two multiplicative hashes side by side (cyrb53): one of 32 bits would confuse prompts too often. */
interface State {
  high: number;
  low: number;
}

function salted(salt: string): State {
  const state = { high: 0xdeadbeef, low: 0x41c6ce57 };
  // Ended, so that a salt and a text are never another salt and another text.
  if (salt !== '') mixIn(state, `${salt}\0`, 0, salt.length + 1);
  return state;
}

function mixIn(state: State, text: string, from: number, to: number): void {
  let { high, low } = state;
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  state.high = high;
  state.low = low;
}

function digest({ high, low }: State): number {
  const upper = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  const lower = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (upper & 0x1f_ffff) * 2 ** 32 + (lower >>> 0);
}
