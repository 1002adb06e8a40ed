import type { Policy } from './policy';

/** Any node that fits, any device that fits; the draw is made by {@link place} with the caller's generator. */
export const random: Policy = { name: 'random', score: () => 0, choose: () => 0 };
