/** Frames of RFC 9113, as texts of one byte per character. */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const TYPES = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;
export const FLAGS = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** A number in so many bytes. */
export const number = (value: number, bytes: number): string =>
  Array.from({ length: bytes }, (_, index) =>
    String.fromCharCode(Math.floor(value / 2 ** (8 * (bytes - 1 - index))) & 0xff),
  ).join('');

/** A frame; `length` is that of the payload unless it lies. */
export const frame = (
  type: number,
  flags: number,
  stream: number,
  payload = '',
  length = payload.length,
): string => number(length, 3) + number(type, 1) + number(flags, 1) + number(stream, 4) + payload;

export const settings = (...pairs: readonly (readonly [id: number, value: number])[]): string =>
  frame(TYPES.settings, 0, 0, pairs.map(([id, value]) => number(id, 2) + number(value, 4)).join(''));

/** An integer of HPACK with a prefix of so many bits (RFC 7541 §5.1). */
export function integer(value: number, bits: number, first = 0): string {
  const most = 2 ** bits - 1;
  if (value < most) return String.fromCharCode(first | value);
  let text = String.fromCharCode(first | most);
  for (let rest = value - most; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return text + String.fromCharCode(rest);
    text += String.fromCharCode((rest % 128) | 128);
  }
}

/** A field that is put into no table, in plain bytes. */
export const field = (name: string, value: string): string =>
  `\0${integer(name.length, 7)}${name}${integer(value.length, 7)}${value}`;

export type Fields = readonly (readonly [name: string, value: string])[];

export const block = (fields: Fields): string => fields.map(([name, value]) => field(name, value)).join('');

/** A request of these fields in one frame, with a body where there is one. */
export function request(stream: number, fields: Fields, body?: string): string {
  const flags = FLAGS.endHeaders | (body === undefined ? FLAGS.endStream : 0);
  const head = frame(TYPES.headers, flags, stream, block(fields));
  return body === undefined ? head : head + frame(TYPES.data, FLAGS.endStream, stream, body);
}
