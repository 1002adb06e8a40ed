import { compress } from 'snappyjs';
import {
  INSTANTS,
  type GivenAnswered,
  type GivenValue,
} from '@tessera/testing-contract-suites/recorded-answers';
import { double, doubleList, message, signed, signedList, text, whole, type Field } from './protobuf';

/** Body of a remote write that gives a server the series at one instant (`prometheus.WriteRequest`, Snappy). */
export function remoteWrite(given: readonly GivenAnswered[], at: number): Uint8Array {
  return compress(Buffer.concat(given.map((series) => message(1, ...timeSeries(series, at)))));
}

function timeSeries({ name, labels, value }: GivenAnswered, at: number): readonly Field[] {
  const all = Object.entries({ ...labels, __name__: name }).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...all.map(([label, is]) => message(1, text(1, label), text(2, is))), sample(value, at)];
}

function sample(value: GivenValue, at: number): Field {
  const seconds = (at - (INSTANTS[0] ?? at)) / 1000;
  if ('gauge' in value) return message(2, double(1, value.gauge), whole(2, at));
  if ('growing' in value) return message(2, double(1, value.growing * seconds), whole(2, at));
  const counts = value.counts.map((count) => count * seconds);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return message(
    4,
    whole(1, total),
    double(3, value.sum * seconds),
    ...('bounds' in value ? customBuckets(value.bounds) : exponential(value)),
    message(11, signed(1, 'bounds' in value ? 0 : value.offset + 1), whole(2, counts.length)),
    signedList(
      12,
      counts.map((count, index) => count - (counts[index - 1] ?? 0)),
    ),
    whole(15, at),
  );
}

/** The schema of buckets with bounds of their own. */
const CUSTOM = -53;
const customBuckets = (bounds: readonly number[]): readonly Field[] => [
  signed(4, CUSTOM),
  doubleList(16, bounds),
];
const exponential = ({ scale }: { readonly scale: number }): readonly Field[] => [
  signed(4, scale),
  double(5, 1e-9),
  whole(6, 0),
];
