import type { Problem } from '../model/problems';
import type { DevicePlan } from './reservation-plan';

/** Reason of a replica whose device could not be reserved. */
export const NOT_RESERVED = 'DeviceNotReserved';

/** The problem of the first replica that cannot get its devices; undefined if there is none. */
export const deviceProblem = ({ stuck: [first] }: DevicePlan): Problem | undefined =>
  first && { final: false, reason: NOT_RESERVED, message: `${first.pod.name}: ${first.message}` };
