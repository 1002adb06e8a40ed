import { fieldsIn, fieldsOf, stringIn } from '../api/json';

const STATES = ['ready', 'starting', 'asleep', 'failed'] as const;

/** A model as the gateway lists it. */
export interface Model {
  readonly id: string;
  /** Ready where a server does not say it, since a server lists what it serves. */
  readonly state: (typeof STATES)[number];
  /** Project, or `tessera` for an alias of all projects; empty where a server does not say it. */
  readonly owned_by: string;
  /** `<project>/<name>`; absent for an alias. */
  readonly workload?: string;
  readonly alias?: boolean;
}

/** The models in a list of OpenAI's API, the gateway's with their state; undefined for whatever else a server answers. */
export function modelsIn(text: string): readonly Model[] | undefined {
  try {
    const { object, data } = fieldsOf(text);
    return object === 'list' && Array.isArray(data) ? data.flatMap(modelIn) : undefined;
  } catch {
    return undefined;
  }
}

function modelIn(value: unknown): readonly Model[] {
  const { id, state, owned_by: owner, workload, alias } = fieldsIn(value);
  if (typeof id !== 'string') return [];
  return [
    {
      id,
      state: STATES.find((one) => one === state) ?? 'ready',
      owned_by: stringIn(owner) ?? '',
      ...(typeof workload === 'string' ? { workload } : {}),
      ...(typeof alias === 'boolean' ? { alias } : {}),
    },
  ];
}
