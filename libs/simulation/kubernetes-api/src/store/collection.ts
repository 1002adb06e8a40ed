import type { Change, Entry } from './entry';

const EMPTY: ReadonlyMap<string, Entry> = new Map();
/** Number of cached lists of earlier revisions: clients that read page by page request the same one repeatedly. */
const PAST_LISTS = 4;

/** The objects of one kind, by key and by namespace, with a bounded history of their changes. */
export class Collection {
  private readonly entries = new Map<string, Entry>();
  private readonly namespaces = new Map<string, Map<string, Entry>>();
  private readonly listeners = new Set<(change: Change) => void>();
  private history: Change[] = [];
  private sorted: Entry[] | undefined;
  /** The oldest first. */
  private readonly past = new Map<string, readonly Entry[]>();
  private forgottenUpTo: number;

  /** At least `historySize` changes are kept; nothing is known before `firstRevision`. */
  constructor(
    firstRevision: number,
    private readonly historySize: number,
  ) {
    this.forgottenUpTo = firstRevision;
  }

  /** The revision since which every change is known. */
  get oldestRevision(): number {
    return this.forgottenUpTo;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  /** The entries of one namespace, or all of them, in no particular order. */
  in(namespace?: string): Iterable<Entry> {
    return (namespace === undefined ? this.entries : (this.namespaces.get(namespace) ?? EMPTY)).values();
  }

  /** The entries in the order of their keys, as in a list response. */
  ordered(namespace?: string): readonly Entry[] {
    if (namespace !== undefined) return [...this.in(namespace)].sort(byKey);
    this.sorted ??= [...this.entries.values()].sort(byKey);
    return this.sorted;
  }

  /** The entries as they were at a revision that the history still covers, in the order of their keys. */
  orderedAt(revision: number, namespace?: string): readonly Entry[] {
    const list = `${revision} ${namespace ?? ''}`;
    const known = this.past.get(list) ?? this.rebuild(revision, namespace);
    this.past.delete(list);
    this.past.set(list, known);
    const [oldest = ''] = this.past.keys();
    if (this.past.size > PAST_LISTS) this.past.delete(oldest);
    return known;
  }

  private rebuild(revision: number, namespace?: string): readonly Entry[] {
    const then = new Map([...this.in(namespace)].map((entry) => [entry.key, entry]));
    for (const { type, entry, previous } of this.after(revision).toReversed()) {
      if (namespace !== undefined && entry.object.metadata.namespace !== namespace) continue;
      if (type === 'ADDED' || previous === undefined) then.delete(entry.key);
      else then.set(entry.key, previous);
    }
    return [...then.values()].sort(byKey);
  }

  /** The known changes after a revision, oldest first. */
  after(revision: number): readonly Change[] {
    let low = 0;
    let high = this.history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history[middle]?.revision ?? Infinity) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.history.slice(low);
  }

  /** Records a change and notifies every listener. */
  apply(change: Change): void {
    const { entry } = change;
    const namespace = entry.object.metadata.namespace;
    if (change.type === 'DELETED') this.drop(entry.key, namespace);
    else this.put(entry, namespace);
    this.sorted = undefined;
    this.history.push(change);
    if (this.history.length >= 2 * this.historySize) this.forget();
    for (const listener of this.listeners) listener(change);
  }

  /** Calls the listener for every change from now on; returns the function that unsubscribes it. */
  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private put(entry: Entry, namespace: string | undefined): void {
    this.entries.set(entry.key, entry);
    if (namespace === undefined) return;
    const inNamespace = this.namespaces.get(namespace) ?? new Map<string, Entry>();
    inNamespace.set(entry.key, entry);
    this.namespaces.set(namespace, inNamespace);
  }

  private drop(key: string, namespace: string | undefined): void {
    this.entries.delete(key);
    if (namespace === undefined) return;
    const inNamespace = this.namespaces.get(namespace);
    inNamespace?.delete(key);
    if (inNamespace?.size === 0) this.namespaces.delete(namespace);
  }

  private forget(): void {
    const forgotten = this.history.length - this.historySize;
    this.forgottenUpTo = this.history[forgotten - 1]?.revision ?? this.forgottenUpTo;
    this.history = this.history.slice(forgotten);
  }
}

const byKey = (left: Entry, right: Entry): number =>
  left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
