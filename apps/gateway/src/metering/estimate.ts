/** Characters of common text for each token. */
const CHARACTERS = 4;

/** Tokens of so many characters, where nobody counted them. */
export const estimated = (characters: number): number => Math.ceil(characters / CHARACTERS);

/** Members of a request that a model reads. */
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
 * Tokens of the prompt in the body of a request: of its texts, and one for each number of a prompt that is tokens
 * already. Files in it, such as pictures, count nothing.
 */
export function promptTokens(body: Readonly<Record<string, unknown>>): number {
  let characters = 0;
  let tokens = 0;
  // Not by recursion: a body may be nested as deep as it is long.
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

/** Base64, in the interfaces of chat, responses and messages. */
const FILES: ReadonlySet<string> = new Set(['data', 'file_data', 'image_url', 'input_audio']);

/** Of an answer, so much is kept until its end, in case it reports no usage, bytes. */
export const MOST_KEPT = 16_384;

/** Texts that a model wrote, in JSON of any of the interfaces. */
const TEXT =
  /"(?:content|reasoning_content|reasoning|refusal|arguments|text|thinking)":\s*"((?:[^"\\]|\\.)*)/g;

/** Estimates the tokens of an answer in JSON: those of its texts in the beginning, and all of its bytes after that. */
export class TextLength {
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private more = 0;

  read(piece: Buffer): void {
    const room = MOST_KEPT - this.keptBytes;
    const part = piece.length > room ? piece.subarray(0, room) : piece;
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
