/** A change of something that workloads refer to. */
export interface SurroundingsChange {
  /** The claim that changed, or that a warning is about; absent for a storage class, on which any claim may depend. */
  readonly claim?: { readonly namespace: string; readonly name: string };
}
