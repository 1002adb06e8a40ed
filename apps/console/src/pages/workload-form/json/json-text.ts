/** A place in a text: line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a text says as JSON: its value and where each field stands, or the first thing that is wrong. */
export type JsonText =
  | { readonly ok: true; readonly value: unknown; readonly placeOf: (field: string) => Place }
  | { readonly ok: false; readonly message: string; readonly place: Place };

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** Reads a text as JSON (RFC 8259). Fields are named as the API names them: `spec.ports[0].name`. */
export function readJson(text: string): JsonText {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return { ok: true, value, placeOf: (field) => placeAt(text, reader.offsetOf(field)) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, message: error.message, place: placeAt(text, error.offset) };
  }
}

class Fault extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

class Reader {
  private at = 0;
  private readonly offsets = new Map<string, number>();

  constructor(private readonly text: string) {}

  document(): unknown {
    const value = this.value('');
    this.space();
    if (this.at < this.text.length) throw this.fault('There is something after the end');
    return value;
  }

  /** Of the field, or of the nearest one around it that is there. */
  offsetOf(field: string): number {
    for (let path = field; path !== ''; path = path.replace(/(?:^|\.|\[)[^.[]*$/, '')) {
      const offset = this.offsets.get(path);
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  private value(path: string): unknown {
    this.space();
    if (!this.offsets.has(path)) this.offsets.set(path, this.at);
    const next = this.text[this.at];
    if (next === '{') return this.object(path);
    if (next === '[') return this.list(path);
    if (next === '"') return this.string('a text');
    const word = WORDS.find(([name]) => this.text.startsWith(name, this.at));
    if (word !== undefined) {
      this.at += word[0].length;
      return word[1];
    }
    return Number(this.match(NUMBER, 'a value'));
  }

  private object(path: string): object {
    const made: [string, unknown][] = [];
    this.items('{', '}', () => {
      const begin = this.at;
      const name = this.string('the name of a field in double quotes');
      const inner = path === '' ? name : `${path}.${name}`;
      if (made.some(([known]) => known === name))
        throw new Fault(`The field "${name}" is there twice`, begin);
      this.offsets.set(inner, begin);
      this.space();
      if (this.text[this.at] !== ':') throw this.fault(`Expected ":" after "${name}"`);
      this.at += 1;
      made.push([name, this.value(inner)]);
    });
    return Object.fromEntries(made);
  }

  private list(path: string): readonly unknown[] {
    const made: unknown[] = [];
    this.items('[', ']', () => void made.push(this.value(`${path}[${made.length}]`)));
    return made;
  }

  private items(open: string, close: string, item: () => void): void {
    const begin = this.at;
    this.at += open.length;
    this.space();
    if (this.text[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.space();
      item();
      this.space();
      const next = this.text[this.at];
      if (next === undefined) throw new Fault(`This "${open}" is not closed`, begin);
      if (next !== ',' && next !== close) throw this.fault(`Expected "," or "${close}"`);
      this.at += 1;
      if (next === close) return;
    }
  }

  private string(what: string): string {
    return String(JSON.parse(this.match(STRING, what)));
  }

  private match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw this.fault(`Expected ${what}`);
    this.at += found.length;
    return found;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private fault(message: string): Fault {
    return new Fault(`${message}${this.at < this.text.length ? '' : ', but the text ends'}`, this.at);
  }
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
