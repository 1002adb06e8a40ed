/** Maximum shares of the memory: of all long bodies, of the bodies of one caller, and of one caller's long bodies. */
const SHARES = { long: 3 / 4, ofCaller: 3 / 4, longOfCaller: 1 / 4 };

/** Bytes in use, in all and by long bodies. */
interface Used {
  all: number;
  long: number;
}

/** The reservation of one body. */
export interface Reserved {
  /** Reserves further bytes; false where too few are left. `long`: the body is longer than {@link WHOLE_BYTES}. */
  take(bytes: number, long: boolean): boolean;
  /** Frees all bytes of the reservation. */
  free(): void;
}

/**
 * The memory budget for bodies that are being read, shared by all requests. A share is reserved for short bodies, and
 * no caller can use all of it.
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

  /** Starts the reservation of one body. `caller`: whom the memory counts for. */
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
    if (total.all + bytes > limit || of.all + bytes > limit * SHARES.ofCaller) return false;
    if (long > 0 && (total.long + long > limit * SHARES.long || of.long + long > limit * SHARES.longOfCaller))
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
