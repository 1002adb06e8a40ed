import { fieldsOf } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import { knownResource } from '../resources';
import type { Store } from '../store/store';

/** Service addresses are in 10.96.0.0/12, as kubeadm sets it; the first ones are reserved for the API. */
const FIRST = 10;
const ADDRESS_COUNT = 2 ** 20;

const known = new WeakMap<Store, ServiceAddresses>();

/** The addresses of the services in a store. */
export function addressesIn(store: Store): ServiceAddresses {
  const addresses = known.get(store) ?? new ServiceAddresses(store);
  known.set(store, addresses);
  return addresses;
}

/** Kept up to date with the services, because scanning thousands of them for each new one is too slow. */
class ServiceAddresses {
  private readonly owners = new Map<string, string>();
  private next = FIRST;

  constructor(store: Store) {
    const services = store.collection(knownResource('services'));
    for (const { object } of services.in()) this.put(object);
    services.listen(({ type, entry, previous }) => {
      if (previous !== undefined) this.drop(previous.object);
      if (type !== 'DELETED') this.put(entry.object);
    });
  }

  /** The lowest free one; undefined when there is none. */
  free(): string | undefined {
    for (; this.next < ADDRESS_COUNT; this.next += 1) {
      const address = addressAt(this.next);
      if (!this.owners.has(address)) return address;
    }
    return undefined;
  }

  private put(service: KubeObject): void {
    const address = fieldsOf(service['spec'])['clusterIP'];
    if (typeof address === 'string') this.owners.set(address, service.metadata.uid ?? '');
  }

  private drop(service: KubeObject): void {
    const address = fieldsOf(service['spec'])['clusterIP'];
    if (typeof address !== 'string' || this.owners.get(address) !== service.metadata.uid) return;
    this.owners.delete(address);
    this.next = Math.min(this.next, indexOf(address) ?? this.next);
  }
}

const addressAt = (index: number): string => `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;

/** Undefined for an address outside the range, which a client may request. */
function indexOf(address: string): number | undefined {
  const [first, second = 0, third = 0, fourth = 0] = address.split('.').map(Number);
  const index = ((second - 96) << 16) | (third << 8) | fourth;
  return first === 10 && index >= FIRST && index < ADDRESS_COUNT ? index : undefined;
}
