/** Second octets of pod addresses; 127.0.0.0/16 and the low ones are left to other programs. */
const FIRST_OCTET = 16;
const OCTETS = 224;
const PER_NETWORK = 63_750;

/**
 * Loopback addresses for pods, 127.x.y.z. The network is derived from the kubelet port, so that two simulators on one
 * machine do not collide.
 */
export class AddressPool {
  private readonly network: number;
  private readonly used = new Set<number>();
  private next = 0;

  constructor(kubeletPort: number) {
    this.network = FIRST_OCTET + (kubeletPort % OCTETS);
  }

  /** A free address; addresses are handed out in turn, so that a released one rests. */
  take(): string {
    for (let tries = 0; tries < PER_NETWORK; tries += 1) {
      const candidate = this.next;
      this.next = (this.next + 1) % PER_NETWORK;
      if (this.used.has(candidate)) continue;
      this.used.add(candidate);
      return this.format(candidate);
    }
    throw new Error(`All ${PER_NETWORK} pod addresses are in use`);
  }

  release(address: string): void {
    const [, , high = 0, low = 0] = address.split('.').map(Number);
    this.used.delete(high * 250 + low - 1);
  }

  private format(index: number): string {
    return `127.${this.network}.${Math.floor(index / 250)}.${(index % 250) + 1}`;
  }
}
