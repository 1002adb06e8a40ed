/** The memory for bodies that are being read, shared by all requests. */
export class ReadBudget {
  private used = 0;

  /** `limit` in bytes. */
  constructor(private readonly limit: number) {}

  /** Bytes in use. */
  get bytes(): number {
    return this.used;
  }

  /** Reserves bytes; false where so many are not left. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}
