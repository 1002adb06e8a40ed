import type { Policy } from './policy';

/** Any node and any device that fits; {@link place} draws with the caller's generator. */
export const random: Policy = { name: 'random', score: () => 0, choose: () => 0 };
