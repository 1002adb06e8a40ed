/** Gateway processes that are remembered; each restart of a gateway is another one. */
const MOST = 10_000;

/**
 * The numbers of the messages that gateways sent, also of gateways that are gone: a message that was recorded and is sent
 * again by somebody else is not new. Those of other scheduler processes are refused before, by their receiver.
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
