/** A model as the gateway lists it. */
export interface Model {
  readonly id: string;
  readonly state: 'ready' | 'starting' | 'asleep' | 'failed';
  /** Project, or `tessera` for an alias of all projects. */
  readonly owned_by: string;
  /** `<project>/<name>`; absent for an alias. */
  readonly workload?: string;
  readonly alias?: boolean;
}

/** The models in a list of OpenAI's API, the gateway's with their state; undefined for whatever else a server answers. */
export function modelsIn(text: string): readonly Model[] | undefined {
  try {
    const { object, data } = JSON.parse(text) as { readonly object?: unknown; readonly data?: unknown };
    if (object !== 'list' || !Array.isArray(data)) return undefined;
    return (data as readonly (Model | null)[]).filter(
      (one) => one !== null && typeof one.id === 'string',
    ) as Model[];
  } catch {
    return undefined;
  }
}
