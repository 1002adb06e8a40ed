import { trimmedForeignPod } from './trimmed';
import type { Change } from '../informer/wire-object';
import type { PodWire } from '../api/wire';

/** Pods of others that occupy a node, by key and by node. */
export class ForeignPods {
  private readonly byKey = new Map<string, PodWire>();
  private readonly byNode = new Map<string, Map<string, PodWire>>();

  /** `onNode` is called with each node whose occupation changed. */
  constructor(private readonly onNode: (node: string) => void) {}

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  all(): readonly PodWire[] {
    return [...this.byKey.values()];
  }

  on(node: string): readonly PodWire[] {
    return [...(this.byNode.get(node)?.values() ?? [])];
  }

  /** Records a change of a pod. Returns whether the pod occupied a node before and no longer does. */
  take(type: Change<PodWire>['type'], key: string, pod: PodWire): boolean {
    const before = this.byKey.get(key);
    const occupies =
      type !== 'deleted' &&
      pod.spec.nodeName !== undefined &&
      pod.status?.phase !== 'Failed' &&
      pod.status?.phase !== 'Succeeded';
    if (before !== undefined) this.drop(before.spec.nodeName ?? '', key);
    if (occupies) this.put(key, trimmedForeignPod(pod));
    else this.byKey.delete(key);
    return before !== undefined && !occupies;
  }

  private put(key: string, pod: PodWire): void {
    const node = pod.spec.nodeName ?? '';
    this.byKey.set(key, pod);
    this.byNode.set(node, (this.byNode.get(node) ?? new Map<string, PodWire>()).set(key, pod));
    this.onNode(node);
  }

  private drop(node: string, key: string): void {
    const pods = this.byNode.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.byNode.delete(node);
    this.onNode(node);
  }
}
