/** Maximum number of gateway processes whose numbers are cached; each restart of a gateway is a new one. */
const MOST = 10_000;

/**
 * Latest sequence numbers of the messages of gateways, also of ended ones: a replayed message is not new. A message for
 * another scheduler process is refused earlier, by its receiver.
 */
export class SeenMessages {
  private readonly latest = new Map<string, number>();

  /** True for a message with a greater number than all of this kind from this gateway; it is seen from then on. */
  isNew(kind: 'report' | 'wake', gatewayId: string, sequence: number): boolean {
    const key = `${kind}/${gatewayId}`;
    const last = this.latest.get(key);
    if (last !== undefined && sequence <= last) return false;
    // The order of a map is that of insertion: the gateways that were silent longest come first.
    this.latest.delete(key);
    this.latest.set(key, sequence);
    const [oldest] = this.latest.keys();
    if (this.latest.size > MOST && oldest !== undefined) this.latest.delete(oldest);
    return true;
  }
}
