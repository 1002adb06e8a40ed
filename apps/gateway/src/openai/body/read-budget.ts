/** Parts of the memory that long bodies, and the bodies of one caller, may take. */
const PARTS = { long: 3 / 4, ofCaller: 3 / 4, longOfCaller: 1 / 4 };

/** Bytes of one caller. */
interface Used {
  all: number;
  long: number;
}

/** What one body has reserved. */
export interface Reserved {
  /** Reserves bytes; false where so many are not left. `long`: they belong to a body that is not short. */
  take(bytes: number, long: boolean): boolean;
  /** Everything is free again. */
  free(): void;
}

/**
 * The memory for bodies that are being read, shared by all requests. Long bodies leave room for short ones, and one
 * caller leaves room for the others.
 */
export class ReadBudget {
  private readonly total: Used = { all: 0, long: 0 };
  private readonly callers = new Map<string, Used>();

  /** `limit` in bytes. */
  constructor(private readonly limit: number) {}

  /** Bytes in use. */
  get bytes(): number {
    return this.total.all;
  }

  /** Begins the reservation for one body. `caller`: requests with the same name share its part. */
  reserve(caller: string): Reserved {
    const mine: Used = { all: 0, long: 0 };
    return {
      take: (bytes, long) => this.take(mine, caller, bytes, long ? bytes : 0),
      free: () => {
        if (mine.all > 0) this.add(mine, caller, -mine.all, -mine.long);
      },
    };
  }

  private take(mine: Used, caller: string, bytes: number, long: number): boolean {
    const { limit, total } = this;
    const of = this.callers.get(caller) ?? { all: 0, long: 0 };
    if (total.all + bytes > limit || of.all + bytes > limit * PARTS.ofCaller) return false;
    if (long > 0 && (total.long + long > limit * PARTS.long || of.long + long > limit * PARTS.longOfCaller))
      return false;
    this.add(mine, caller, bytes, long);
    return true;
  }

  private add(mine: Used, caller: string, bytes: number, long: number): void {
    const of = this.callers.get(caller) ?? { all: 0, long: 0 };
    this.callers.set(caller, of);
    for (const used of [mine, of, this.total]) {
      used.all += bytes;
      used.long += long;
    }
    if (of.all === 0) this.callers.delete(caller);
  }
}
