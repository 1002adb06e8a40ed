/**
 * Worth of a free share of one device to a mix of fractional tasks: the largest value of tasks that still fit into it,
 * in devices. Values are the dual prices of the cutting-stock programme of the mix (Gilmore and
 * Gomory, "A linear programming approach to the cutting-stock problem", 1961): with them no set of tasks that
 * fits one device is worth more than the device. An idle device is worth 1; a share that no task fits, 0.
 * @param demand demand per size in thousandths; sizes outside 1 to 999 are left out.
 * @returns worth by free thousandths, 0 to 1000.
 */
export function residualWorth(demand: ReadonlyMap<number, number>): Float64Array {
  const asked = [...demand.entries()].filter(([size, count]) => size > 0 && size < 1000 && count > 0);
  const frequent = asked.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MAX_SIZES);
  const ascending = frequent.sort((a, b) => a[0] - b[0]);
  const sizes = ascending.map(([size]) => size);
  const worth = worthTable(
    sizes,
    prices(
      sizes,
      ascending.map(([, count]) => count),
    ),
  );
  worth[1000] = 1;
  return worth;
}

/** Most sizes that are priced; rarer ones get the worth that the priced sizes give their share. */
const MAX_SIZES = 48;
const EPSILON = 1e-9;

/** Largest value that fits in each free share. */
function worthTable(sizes: readonly number[], price: readonly number[]): Float64Array {
  const worth = new Float64Array(1001);
  for (let free = 1; free <= 1000; free++) {
    let best = worth[free - 1] as number;
    for (let index = 0; index < sizes.length && (sizes[index] as number) <= free; index++)
      best = Math.max(best, (worth[free - (sizes[index] as number)] as number) + (price[index] as number));
    worth[free] = best;
  }
  return worth;
}

/** The most valuable set of tasks that fits one device, as counts per size. */
function bestPattern(
  sizes: readonly number[],
  price: readonly number[],
): { readonly counts: readonly number[]; readonly value: number } {
  const worth = worthTable(sizes, price);
  const counts = sizes.map(() => 0);
  const gives = (free: number, at: number): boolean =>
    (price[at] as number) > 0 &&
    (sizes[at] as number) <= free &&
    Math.abs(
      (worth[free] as number) - (worth[free - (sizes[at] as number)] as number) - (price[at] as number),
    ) < 1e-12;
  for (let free = 1000; free > 0;) {
    const from = free;
    const at = sizes.findIndex((_, index) => gives(from, index));
    if (at < 0) free--;
    else {
      counts[at] = (counts[at] as number) + 1;
      free -= sizes[at] as number;
    }
  }
  return { counts, value: worth[1000] as number };
}

/** Dual prices by column generation: patterns enter the basis while one is worth more than a device. */
function prices(sizes: readonly number[], demand: readonly number[]): readonly number[] {
  const basis = new Basis(sizes, demand);
  let value = 1;
  for (let step = 0; step < 8 * sizes.length + 50; step++) {
    const pattern = bestPattern(sizes, basis.prices());
    value = pattern.value;
    if (value <= 1 + EPSILON || !basis.enter(pattern.counts)) break;
  }
  return basis.prices().map((price) => price / Math.max(1, value));
}

/** Basis of the programme: as many patterns as sizes, and how often each is used. */
class Basis {
  private readonly inverse: number[][];
  private readonly used: number[];

  constructor(sizes: readonly number[], demand: readonly number[]) {
    this.inverse = sizes.map((size, row) =>
      sizes.map((_, column) => (row === column ? 1 / Math.floor(1000 / size) : 0)),
    );
    this.used = sizes.map((size, row) => (demand[row] as number) / Math.floor(1000 / size));
  }

  /** Each pattern costs one device: prices are the column sums of the inverse. */
  prices(): readonly number[] {
    return this.used.map((_, column) =>
      Math.max(
        0,
        this.inverse.reduce((sum, row) => sum + (row[column] as number), 0),
      ),
    );
  }

  /** Brings a pattern in; false where none can leave. */
  enter(counts: readonly number[]): boolean {
    const direction = this.inverse.map((row) =>
      row.reduce((sum, cell, at) => sum + cell * (counts[at] as number), 0),
    );
    let leaving = -1;
    let ratio = Infinity;
    direction.forEach((cell, row) => {
      if (cell <= EPSILON || (this.used[row] as number) / cell >= ratio) return;
      ratio = (this.used[row] as number) / cell;
      leaving = row;
    });
    if (leaving < 0) return false;
    this.pivot(direction, leaving, ratio);
    return true;
  }

  private pivot(direction: readonly number[], leaving: number, ratio: number): void {
    const scale = direction[leaving] as number;
    const entering = (this.inverse[leaving] as number[]).map((cell) => cell / scale);
    this.inverse.forEach((row, index) => {
      if (index === leaving) return;
      const factor = direction[index] as number;
      for (let at = 0; at < row.length; at++)
        row[at] = (row[at] as number) - factor * (entering[at] as number);
      this.used[index] = (this.used[index] as number) - factor * ratio;
    });
    this.inverse[leaving] = entering;
    this.used[leaving] = ratio;
  }
}
