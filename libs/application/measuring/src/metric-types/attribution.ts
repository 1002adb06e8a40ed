import { firstOf, labelled, max, type Expression, type Sample } from '@tessera/domain-measurement';

/** The label of a measurement that includes values of other pods than those of the scope. */
const ATTRIBUTION = 'attribution';
/** The values include the use of the device by other pods that share it. */
const WHOLE_DEVICE = 'whole-device';

/** The values of `of`, marked in each group of the labels `by` in which `where` has a series. */
export const markedAsWholeDevice = (of: Expression, where: Expression, by: readonly string[]): Expression =>
  firstOf(of, labelled(max(where, ...by), ATTRIBUTION, WHOLE_DEVICE));

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Sample[];
}

/** Puts the mark on the series that it is about; what is marked at one instant is marked. */
export function withAttribution<S extends Labelled>(read: readonly S[]): readonly S[] {
  const isMark = ({ labels }: S): boolean => labels[ATTRIBUTION] !== undefined;
  const marks = new Map(
    read.filter(isMark).map(({ labels: { [ATTRIBUTION]: mark, ...labels } }) => [keyOf(labels), mark]),
  );
  return read
    .filter((series) => !isMark(series))
    .map((series) => {
      const mark = marks.get(keyOf(series.labels));
      return mark === undefined ? series : { ...series, labels: { ...series.labels, [ATTRIBUTION]: mark } };
    });
}

const keyOf = (labels: Labelled['labels']): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
