import { MARK, type Names } from '../odd-parts';
import type { Fields } from './frames';

/** What a client sends on one connection of HTTP/2. */
export interface FrameScript {
  /** Bytes, one per character; {@link MARK} stands where the number of the connection goes. */
  readonly bytes: string;
  /** Places at which the bytes are cut into packets. */
  readonly cuts: readonly number[];
  readonly ending: 'wait' | 'gone';
  /** Workloads that a request in it may reach. */
  readonly workloads: readonly string[];
}

/** The fields of a request to a workload, with others in addition. */
export const fieldsTo = (
  { prefix, host }: Names,
  workload: string,
  more: Fields = [],
  method = 'GET',
): Fields => [
  [':method', method],
  [':scheme', 'http'],
  [':authority', host(workload)],
  [':path', `${prefix(workload)}/${MARK}`],
  ...more,
];
