/** Characters per token of common text. */
const CHARACTERS = 4;

/** Estimated tokens of a text with so many characters. */
export const estimated = (characters: number): number => Math.ceil(characters / CHARACTERS);

/** Members of a request body that are part of the prompt. */
const READ = [
  'instructions',
  'system',
  'messages',
  'prompt',
  'input',
  'query',
  'documents',
  'tools',
] as const;

/**
 * Estimated tokens of the prompt in a request body: of its texts, plus one for each number (a prompt may be an array of
 * token ids). Files, such as images, do not count.
 */
export function promptTokens(body: Readonly<Record<string, unknown>>): number {
  let characters = 0;
  let tokens = 0;
  // Without recursion: a body may be nested as deeply as it is long.
  const waiting: unknown[] = READ.map((name) => body[name]);
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part === 'string') characters += part.startsWith('data:') ? 0 : part.length;
    else if (typeof part === 'number') tokens += 1;
    else if (Array.isArray(part)) for (const one of part) waiting.push(one);
    else if (typeof part === 'object' && part !== null)
      for (const [name, value] of Object.entries(part)) if (!FILES.has(name)) waiting.push(value);
  }
  return tokens + estimated(characters);
}

/** Members with Base64 data, in the chat, responses and messages APIs. */
const FILES: ReadonlySet<string> = new Set(['data', 'file_data', 'image_url', 'input_audio']);

/** How much of a response is kept until its end, in case it reports no usage, bytes. */
export const MOST_KEPT = 16_384;

/** Matches generated texts in the JSON of any of the APIs. */
const TEXT =
  /"(?:content|reasoning_content|reasoning|refusal|arguments|text|thinking)":\s*"((?:[^"\\]|\\.)*)/g;

/**
 * Estimates the tokens of a JSON response: from its texts in the first {@link MOST_KEPT} bytes, and from all bytes
 * after that.
 */
export class TextLength {
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private more = 0;

  read(piece: Buffer): void {
    const remaining = MOST_KEPT - this.keptBytes;
    const part = piece.length > remaining ? piece.subarray(0, remaining) : piece;
    if (part.length > 0) this.kept.push(part);
    this.keptBytes += part.length;
    this.more += piece.length - part.length;
  }

  get tokens(): number {
    let characters = this.more;
    for (const [, text = ''] of Buffer.concat(this.kept).toString().matchAll(TEXT)) characters += text.length;
    return estimated(characters);
  }
}
