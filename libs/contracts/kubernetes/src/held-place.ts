import { z } from 'zod';
import { GpuAllocation } from './allocation';

/** Key of the held place in the data of an owner object. */
export const HELD_PLACE = 'heldPlace';

/**
 * The place freed by a replica that was ended so that its successor fits: it belongs to the workload until its next
 * replica exists. JSON in the data of the owner object, so that every scheduler respects it.
 */
export const HeldPlace = z.object({
  /** Name of the successor. */
  replica: z.string(),
  /** The replica that was ended; as long as it exists, it holds its place itself. */
  freedBy: z.object({ name: z.string(), uid: z.string() }),
  /** When the end was decided, RFC 3339. */
  since: z.iso.datetime(),
  allocation: GpuAllocation,
  cpuMilli: z.number().int(),
  memoryMiB: z.number().int(),
  extended: z.record(z.string(), z.number()),
});
export type HeldPlace = z.infer<typeof HeldPlace>;

/** Reads a held place; undefined if the text is none, whoever wrote it. */
export function heldPlaceIn(text: string): HeldPlace | undefined {
  try {
    return HeldPlace.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
