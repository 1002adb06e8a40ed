import type { Session } from './session';

/** The notice is shown so long before the end, ms; of a short session, in the last fifth of it. */
const LEAD_MS = 300_000;
const LEAD_SHARE = 0.2;

/** Whether the session ends so soon that the notice is shown. `now` in ms. */
export const endsSoon = ({ beganAt, expiresAt }: Session, now: number): boolean =>
  expiresAt - now <= Math.min(LEAD_MS, (expiresAt - beganAt) * LEAD_SHARE);
