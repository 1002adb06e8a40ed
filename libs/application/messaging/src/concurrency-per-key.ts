/**
 * Processes items with per-key concurrency: items of one key in order, one after the other; several keys at once, at
 * most `concurrency`. After a failure nothing new is started; rejects with the first failure once everything that was
 * started has ended.
 */
export async function withConcurrencyPerKey<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const chains = new Map<string, T[]>();
  for (const item of items) {
    const chain = chains.get(keyOf(item));
    if (chain === undefined) chains.set(keyOf(item), [item]);
    else chain.push(item);
  }
  const waiting = chains.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    // The workers share one iterator, so each key is taken once.
    for (const chain of waiting) {
      for (const item of chain) {
        if (failure !== undefined) return;
        await work(item).catch((error: unknown) => (failure ??= { error }));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, chains.size) }, worker));
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
}
