/** Characters of common text for each token. */
const CHARACTERS = 4;

/** Tokens of so many characters, where nobody counted them. */
export const estimated = (characters: number): number => Math.ceil(characters / CHARACTERS);

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
