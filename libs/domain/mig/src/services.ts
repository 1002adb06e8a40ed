import { profileOf, type MigGeometry } from './profiles';
import type { MigLayout } from './layout';
import { planInstances, type Wanted } from './plan';

/** A service with its capacity demand and the capacity of one instance of each profile (same unit). */
export interface ServiceDemand {
  readonly id: string;
  readonly demand: number;
  readonly offers: readonly { readonly profile: string; readonly capacity: number }[];
}

export interface ServicePlan {
  readonly devices: readonly MigLayout[];
  /** No plan needs fewer devices: the fewest compute slices of all services, divided by those of a device. */
  readonly lowerBound: number;
  /** Instances per service. */
  readonly instances: Readonly<Record<string, Wanted>>;
}

/** Compute slices above a service's least that are still considered. */
const SLACK = 2;
/** Rounds of improvement, each over every service and every choice. */
const MAX_ROUNDS = 8;
/** Choices kept per service, and steps of the search for them: bounds for very large demands. */
const MAX_CHOICES = 40;
const MAX_STEPS = 50_000;
/** Plans tried per round of improvement. */
const MAX_TRIES = 400;

/**
 * Chooses instances for every service and devices for the instances, with the fewest devices found. Each service starts
 * with its cheapest choice; choices are then changed while that saves devices.
 * @throws Error where a service cannot be served by any number of the instances offered.
 */
export function planServices(geometry: MigGeometry, services: readonly ServiceDemand[]): ServicePlan {
  const choices = services.map((service) => choicesOf(geometry, service));
  const slices = choices.reduce((sum, [cheapest]) => sum + (cheapest?.slices ?? 0), 0);
  const lowerBound = Math.ceil(slices / geometry.computeSlices);
  let picked = choices.map(() => 0);
  let plan = planInstances(geometry, united(choices, picked));
  for (let round = 0; round < MAX_ROUNDS && plan.devices.length > lowerBound; round++) {
    const better = improved(geometry, choices, picked, plan.devices.length);
    if (better === undefined) break;
    picked = better;
    plan = planInstances(geometry, united(choices, picked));
  }
  return {
    devices: plan.devices,
    lowerBound,
    instances: Object.fromEntries(
      services.map(({ id }, at) => [id, choices[at]?.[picked[at] ?? 0]?.wanted ?? {}]),
    ),
  };
}

interface Choice {
  readonly wanted: Wanted;
  readonly slices: number;
}

/** The first change of one service, or of two together, that saves a device. */
function improved(
  geometry: MigGeometry,
  choices: readonly (readonly Choice[])[],
  picked: readonly number[],
  devices: number,
): number[] | undefined {
  let tries = 0;
  const saves = (next: readonly number[]): boolean =>
    tries++ < MAX_TRIES && planInstances(geometry, united(choices, next)).devices.length < devices;
  const changes = choices.flatMap((own, at) =>
    own.map((_, choice) => ({ at, choice })).filter(({ choice }) => choice !== picked[at]),
  );
  const withChange = (from: readonly number[], { at, choice }: { at: number; choice: number }): number[] =>
    from.map((now, index) => (index === at ? choice : now));
  for (const one of changes) if (saves(withChange(picked, one))) return withChange(picked, one);
  for (const one of changes)
    for (const two of changes) {
      if (two.at <= one.at || tries > MAX_TRIES) continue;
      const next = withChange(withChange(picked, one), two);
      if (saves(next)) return next;
    }
  return undefined;
}

function united(choices: readonly (readonly Choice[])[], picked: readonly number[]): Wanted {
  const sum: Record<string, number> = {};
  choices.forEach((own, at) => {
    for (const [profile, count] of Object.entries(own[picked[at] ?? 0]?.wanted ?? {}))
      sum[profile] = (sum[profile] ?? 0) + count;
  });
  return sum;
}

interface Offer {
  readonly profile: string;
  readonly capacity: number;
  readonly slices: number;
}

/** Sets of instances that reach the demand, the fewest compute slices first, then the fewest instances. */
function choicesOf(geometry: MigGeometry, service: ServiceDemand): readonly Choice[] {
  const offers = service.offers
    .filter(({ capacity }) => capacity > 0)
    .map((offer) => ({ ...offer, slices: profileOf(geometry, offer.profile)?.computeSlices ?? 0 }))
    .filter(({ slices }) => slices > 0)
    .sort((a, b) => b.slices - a.slices);
  if (service.demand > 0 && offers.length === 0)
    throw new Error(
      `No instance of ${geometry.key} serves ${service.id}: every profile offers 0 of ${service.demand}.`,
    );
  const most = mostCapacity(offers, service.demand);
  const budget = most.length - 1 + SLACK;
  while (most.length <= budget) most.push(capacityWith(offers, most));
  return new ChoiceSearch(offers, most).within(budget, service.demand);
}

/** Per number of compute slices the most capacity, up to the first number that reaches the demand. */
function mostCapacity(offers: readonly Offer[], demand: number): number[] {
  const most = [0];
  while ((most[most.length - 1] ?? 0) < demand - EPSILON) most.push(capacityWith(offers, most));
  return most;
}

/** The most capacity of one slice more than the list goes. */
const capacityWith = (offers: readonly Offer[], most: readonly number[]): number =>
  Math.max(
    most[most.length - 1] ?? 0,
    ...offers.map(({ slices, capacity }) => (most[most.length - slices] ?? -Infinity) + capacity),
  );

const EPSILON = 1e-9;

class ChoiceSearch {
  private readonly found: (Choice & { readonly count: number })[] = [];
  private steps = 0;

  constructor(
    private readonly offers: readonly Offer[],
    private readonly most: readonly number[],
  ) {}

  within(budget: number, demand: number): readonly Choice[] {
    this.extend(0, demand, budget, {});
    const slicesOf = (wanted: Wanted): number =>
      this.offers.reduce((sum, { profile, slices }) => sum + slices * (wanted[profile] ?? 0), 0);
    return this.found
      .map((choice) => ({ ...choice, slices: slicesOf(choice.wanted) }))
      .sort((a, b) => a.slices - b.slices || a.count - b.count)
      .slice(0, MAX_CHOICES);
  }

  /** Adds instances in the order of the offers; prunes branches that the remaining slices cannot satisfy. */
  private extend(from: number, left: number, budget: number, wanted: Readonly<Record<string, number>>): void {
    if (this.steps++ > MAX_STEPS) return;
    if (left <= EPSILON) {
      const count = Object.values(wanted).reduce((sum, n) => sum + n, 0);
      this.found.push({ wanted, slices: 0, count });
      return;
    }
    if (budget < 0 || (this.most[budget] ?? 0) < left - EPSILON) return;
    for (let index = from; index < this.offers.length; index++) {
      const offer = this.offers[index];
      if (offer === undefined || offer.slices > budget) continue;
      const more = { ...wanted, [offer.profile]: (wanted[offer.profile] ?? 0) + 1 };
      this.extend(index, left - offer.capacity, budget - offer.slices, more);
    }
  }
}
