import type { EndState, SentRequest } from '../record/recording';
import type { Breach } from './breach';

/** Image of a workload that exists, or that it does not. */
type State = string | undefined;

const shown = (state: State): string => state ?? 'absent';

/** Whether every request ended as its answer said: by name of workload, one request after the other. */
export function keptRequests(requests: readonly SentRequest[], { workloads }: EndState): readonly Breach[] {
  const living = new Map(workloads.filter(({ living: lives }) => lives).map((one) => [one.name, one.image]));
  return [...byName(requests)].flatMap(([name, sent]) => {
    const { possible, breaches } = follow(name, sent);
    const found = living.get(name);
    if (possible.has(found)) return breaches;
    const may = [...possible].map(shown).join(' or ');
    const reported = sent.map(({ kind, outcome, image = '' }) => `${kind} ${image} ${outcome}`).join(', ');
    return [
      ...breaches,
      { kind: 'request-not-kept' as const, what: `${name} is ${shown(found)}, not ${may} (${reported})` },
    ];
  });
}

function byName(requests: readonly SentRequest[]): ReadonlyMap<string, readonly SentRequest[]> {
  const names = new Map<string, SentRequest[]>();
  for (const request of requests) names.set(request.name, [...(names.get(request.name) ?? []), request]);
  return names;
}

/** The states that the answers leave possible. */
function follow(
  name: string,
  sent: readonly SentRequest[],
): { readonly possible: ReadonlySet<State>; readonly breaches: readonly Breach[] } {
  const breaches: Breach[] = [];
  let possible = new Set<State>([undefined]);
  for (const { kind, image, outcome, status } of sent) {
    const wanted = kind === 'delete' ? undefined : image;
    if (outcome === 'accepted') possible = new Set([wanted]);
    // A change of nothing is still nothing.
    if (outcome === 'unknown') {
      const changes = kind === 'create' || [...possible].some((state) => state !== undefined);
      if (changes) possible = new Set([...possible, wanted]);
    }
    if (outcome === 'refused' && status === 404) {
      if (!possible.has(undefined))
        breaches.push({ kind: 'answered-wrong', what: `${name}: ${kind} answered 404, but it was created` });
      possible = new Set([undefined]);
    }
  }
  return { possible, breaches };
}
