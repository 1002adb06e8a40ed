/**
 * The shareable devices of one node as a sorted list of (class, free share). Nodes with equal lists share one
 * object, so whatever is computed from the list is computed once for all of them.
 */
export interface GpuVector {
  /** `classId * 1024 + freeMilli` per device, ascending. */
  readonly codes: readonly number[];
  /** Sum of the free shares, thousandths of a device. */
  readonly totalMilli: number;
  readonly idle: number;
  /** Results that belong to the list, by owner; dropped together with it. */
  readonly memo: Map<number, unknown>;
  /** Expected fragmentation per CPU level, and worth, under one task mix; see FragmentationMeasure. */
  frag?: { readonly measure: number; readonly byLevel: Float64Array; readonly worth: number };
}

/** Devices of one model and size: the same request takes the same share on each of them. */
export interface DeviceClass {
  readonly id: number;
  readonly model: string;
  readonly usableMiB: number;
}

export const freeOf = (code: number): number => code & 1023;
export const classOf = (code: number): number => code >> 10;
export const codeOf = (classId: number, freeMilli: number): number => (classId << 10) | freeMilli;

/** Vectors kept before the table starts anew; bounds the memory of a long-lived model. */
const MAX_VECTORS = 60_000;

/** Interns device classes and vectors. */
export class VectorTable {
  readonly classes: DeviceClass[] = [];
  private readonly classIds = new Map<string, number>();
  private readonly vectors = new Map<string, GpuVector>();

  classFor(model: string, usableMiB: number): DeviceClass {
    const key = `${model}\u0000${usableMiB}`;
    const known = this.classIds.get(key);
    if (known !== undefined) return this.classes[known] as DeviceClass;
    const made = { id: this.classes.length, model, usableMiB };
    this.classes.push(made);
    this.classIds.set(key, made.id);
    return made;
  }

  /** The vector with these codes, in any order. */
  intern(codes: readonly number[]): GpuVector {
    const sorted = codes.slice().sort((a, b) => a - b);
    let key = '';
    for (const code of sorted) key += String.fromCharCode(classOf(code), freeOf(code));
    const known = this.vectors.get(key);
    if (known !== undefined) return known;
    if (this.vectors.size >= MAX_VECTORS) this.vectors.clear();
    const made = describe(sorted);
    this.vectors.set(key, made);
    return made;
  }

  /** The vector with one device changed from `from` to `to`. */
  replace(vector: GpuVector, from: number, to: number): GpuVector {
    const codes = vector.codes.slice();
    codes[codes.indexOf(from)] = to;
    return this.intern(codes);
  }
}

function describe(codes: readonly number[]): GpuVector {
  let totalMilli = 0;
  let idle = 0;
  for (const code of codes) {
    totalMilli += freeOf(code);
    if (freeOf(code) === 1000) idle++;
  }
  return { codes, totalMilli, idle, memo: new Map() };
}
