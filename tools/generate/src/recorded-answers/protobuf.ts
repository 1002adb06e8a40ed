/** A field of a protobuf message: its number and its value. */
export type Field = Buffer;

const VARINT = 0;
const DOUBLE = 1;
const LENGTH = 2;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const key = (number: number, wire: number): Buffer => varint(number * 8 + wire);

/** An integer that is not negative. */
export const whole = (number: number, value: number): Field =>
  Buffer.concat([key(number, VARINT), varint(value)]);

/** An integer of the types `sint32` and `sint64`. */
export const signed = (number: number, value: number): Field => whole(number, zigzag(value));

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

export function double(number: number, value: number): Field {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(number, DOUBLE), bytes]);
}

export const text = (number: number, value: string): Field => block(number, Buffer.from(value));

export const message = (number: number, ...fields: readonly Field[]): Field =>
  block(number, Buffer.concat(fields));

/** A list of `sint64`, and one of doubles. */
export const signedList = (number: number, values: readonly number[]): Field =>
  block(number, Buffer.concat(values.map((value) => varint(zigzag(value)))));
export const doubleList = (number: number, values: readonly number[]): Field =>
  block(number, Buffer.from(Float64Array.from(values).buffer));

const block = (number: number, content: Buffer): Field =>
  Buffer.concat([key(number, LENGTH), varint(content.length), content]);
