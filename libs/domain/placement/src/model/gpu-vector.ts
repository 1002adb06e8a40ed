/**
 * The shareable devices of one node as a sorted list of (class, free share). Nodes with equal lists share one
 * object, so whatever is computed from the list is computed once for all of them.
 */
export interface GpuVector {
  /** `classId * 1024 + freeMilli` per device, ascending. */
  readonly codes: readonly number[];
  /** The two parts of each code: class and free thousandths. */
  readonly classIds: readonly number[];
  readonly free: readonly number[];
  /** Sum of the free shares, thousandths of a device. */
  readonly totalMilli: number;
  readonly idle: number;
  /** Free share of the emptiest device, thousandths. */
  readonly most: number;
  /** Ways to serve a GPU request, by its number; see takesOf. */
  readonly takes: Map<number, unknown>;
  /** Scores under policies that depend on nothing else; see Ranking. */
  readonly scores: Map<number, number>;
  /** Vectors that differ in one device, by its code before and after. */
  readonly next: Map<number, GpuVector>;
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

/** Vectors kept before the table is cleared; bounds the memory of a long-lived model. */
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
    if (this.vectors.size >= MAX_VECTORS) this.forget();
    const made = describe(sorted);
    this.vectors.set(key, made);
    return made;
  }

  /** Clears the cached scores: they are kept by mix, and those of a replaced mix would accumulate. */
  forgetScores(): void {
    for (const vector of this.vectors.values()) vector.scores.clear();
  }

  /**
   * Clears the table. Vectors still in use stay valid; their caches are cleared so that they keep nothing else in
   * memory.
   */
  private forget(): void {
    for (const vector of this.vectors.values()) {
      vector.takes.clear();
      vector.scores.clear();
      vector.next.clear();
    }
    this.vectors.clear();
  }

  /** The vector with one device changed from `from` to `to`. */
  replace(vector: GpuVector, from: number, to: number): GpuVector {
    if (from === to) return vector;
    if (from >= 2 ** 15 || to >= 2 ** 15) return this.intern(swapped(vector.codes, from, to));
    const key = from * 2 ** 15 + to;
    const known = vector.next.get(key);
    if (known !== undefined) return known;
    const made = this.intern(swapped(vector.codes, from, to));
    vector.next.set(key, made);
    return made;
  }
}

function describe(codes: readonly number[]): GpuVector {
  let totalMilli = 0;
  let idle = 0;
  let most = 0;
  for (const code of codes) {
    totalMilli += freeOf(code);
    if (freeOf(code) === 1000) idle++;
    if (freeOf(code) > most) most = freeOf(code);
  }
  return {
    codes,
    classIds: codes.map(classOf),
    free: codes.map(freeOf),
    totalMilli,
    idle,
    most,
    takes: new Map(),
    scores: new Map(),
    next: new Map(),
  };
}

function swapped(codes: readonly number[], from: number, to: number): number[] {
  const copy = codes.slice();
  copy[copy.indexOf(from)] = to;
  return copy;
}
