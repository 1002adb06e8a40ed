/** One slot per second: the current second and the 60 before it. */
const SLOTS = 61;
const SLOT_MS = 1_000;

/**
 * A sliding window over the amounts of the last minute, by second. An amount counts for 60 to 61 s, so that every
 * interval of 60 s is within the limit. Times in ms of any origin, monotonic. Takes 0.5 KB, whatever the amounts.
 */
export class MinuteWindow {
  private readonly slots = new Float64Array(SLOTS);
  private slot = -Infinity;
  private sum = 0;

  /** The sum of the window. */
  used(now: number): number {
    this.advance(now);
    return this.sum;
  }

  /** Adds an amount at `at`; a negative one corrects an earlier one. Has no effect where `at` has left the window. */
  add(amount: number, now: number, at = now): void {
    this.advance(now);
    const slot = slotOf(at);
    if (slot <= this.slot - SLOTS) return;
    const index = modulo(slot);
    const before = this.slots[index] ?? 0;
    const after = Math.max(0, before + amount);
    this.slots[index] = after;
    this.sum += after - before;
  }

  /** The sum of the last `seconds`, the current one included. */
  recent(seconds: number, now: number): number {
    this.advance(now);
    let sum = 0;
    for (let back = 0; back < seconds; back += 1) sum += this.slots[modulo(this.slot - back)] ?? 0;
    return sum;
  }

  /** Time until the sum is at most `most` if nothing is added, ms; 0 where it is already. */
  waitFor(most: number, now: number): number {
    this.advance(now);
    let left = this.sum;
    for (let age = SLOTS - 1; left > most && age >= 0; age -= 1) {
      left -= this.slots[modulo(this.slot - age)] ?? 0;
      if (left <= most) return (this.slot - age + SLOTS) * SLOT_MS - now;
    }
    return 0;
  }

  /** Time until the window is empty if nothing is added, ms; 0 where it is already. */
  emptyIn(now: number): number {
    this.advance(now);
    for (let age = 0; age < SLOTS; age += 1)
      if ((this.slots[modulo(this.slot - age)] ?? 0) > 0) return (this.slot - age + SLOTS) * SLOT_MS - now;
    return 0;
  }

  private advance(now: number): void {
    const slot = slotOf(now);
    if (slot <= this.slot) return;
    if (slot - this.slot >= SLOTS) this.slots.fill(0);
    else for (let next = this.slot + 1; next <= slot; next += 1) this.slots[modulo(next)] = 0;
    this.slot = slot;
    // Recomputed each second, so that rounding errors do not accumulate.
    this.sum = this.slots.reduce((sum, one) => sum + one, 0);
  }
}

const slotOf = (now: number): number => Math.floor(now / SLOT_MS);
const modulo = (slot: number): number => ((slot % SLOTS) + SLOTS) % SLOTS;
