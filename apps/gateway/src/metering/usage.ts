/** Tokens as a model server reports them; a number is absent where the server does not report it. */
export interface Usage {
  /** Tokens of the prompt, including cached ones. */
  readonly inputTokens?: number;
  /** Input tokens that a prefix cache served. */
  readonly cachedTokens?: number;
  readonly outputTokens?: number;
}

/** A larger number is not a valid count of tokens. */
const MOST = 1e9;

/** A count of tokens; undefined for anything else. */
const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST ? value : undefined;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/**
 * The numbers of a `usage` object of any of the APIs: `prompt_tokens` of chat, completions, embeddings and rerank,
 * `input_tokens` of responses and messages. Undefined where it has none.
 */
export function usageOf(value: unknown): Usage | undefined {
  const fields = fieldsOf(value);
  const output = count(fields['completion_tokens']) ?? count(fields['output_tokens']);
  const cached =
    count(fieldsOf(fields['prompt_tokens_details'])['cached_tokens']) ??
    count(fieldsOf(fields['input_tokens_details'])['cached_tokens']) ??
    count(fields['cache_read_input_tokens']);
  const input = inputOf(fields, output);
  if (input === undefined && output === undefined) return undefined;
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {};
  if (input !== undefined) usage.inputTokens = input;
  if (cached !== undefined) usage.cachedTokens = cached;
  if (output !== undefined) usage.outputTokens = output;
  return usage;
}

function inputOf(fields: Fields, output = 0): number | undefined {
  const prompt = count(fields['prompt_tokens']);
  if (prompt !== undefined) return prompt;
  const input = count(fields['input_tokens']);
  if (input !== undefined) {
    // The messages API does not include cached tokens in `input_tokens`.
    const cached = ['cache_read_input_tokens', 'cache_creation_input_tokens'];
    return cached.reduce((sum, name) => sum + (count(fields[name]) ?? 0), input);
  }
  const total = count(fields['total_tokens']);
  return total === undefined ? undefined : Math.max(0, total - output);
}

/** Combines two reports of one response: the numbers of the later one win, since servers report running totals. */
export const laterUsage = (before: Usage | undefined, after: Usage): Usage =>
  before === undefined ? after : { ...before, ...after };

/** Matches the key `"usage"` with an object. Generated text cannot match: its quotation marks are escaped. */
const KEY = /"usage"\s*:\s*\{/g;

/** The combined usage of all `usage` objects in a JSON text, at any depth; undefined where there is none. */
export function usageIn(text: string): Usage | undefined {
  if (!text.includes('"usage"')) return undefined;
  let found: Usage | undefined;
  for (const { 0: key, index } of text.matchAll(KEY)) {
    const from = index + key.length - 1;
    const end = endOfObject(text, from);
    const usage = end === undefined ? undefined : parsedUsage(text.slice(from, end));
    if (usage !== undefined) found = laterUsage(found, usage);
  }
  return found;
}

/** The numbers of a `usage` object in JSON; undefined where it is malformed or has none. */
export function parsedUsage(text: string): Usage | undefined {
  try {
    return usageOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Longest `usage` object that is read, characters: those of known servers have a few hundred. */
export const LONGEST_USAGE = 8_192;

/** Index after the object that begins at `from`; undefined where it is incomplete or too long. */
export function endOfObject(text: string, from: number): number | undefined {
  const last = Math.min(text.length, from + LONGEST_USAGE);
  const depth = new ObjectDepth();
  for (let index = from; index < last; index += 1) if (depth.ends(text.charCodeAt(index))) return index + 1;
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Tracks the nesting depth of a JSON object, byte by byte from its `{`. */
export class ObjectDepth {
  private depth = 0;
  private inText = false;
  private escaped = false;

  /** Whether the object ends with this byte. */
  ends(byte: number): boolean {
    if (this.escaped) this.escaped = false;
    else if (this.inText) {
      if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inText = false;
    } else if (byte === QUOTE) this.inText = true;
    else if (byte === OPEN) this.depth += 1;
    else if (byte === CLOSE) {
      this.depth -= 1;
      return this.depth === 0;
    }
    return false;
  }
}
