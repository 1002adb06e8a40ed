import { fieldsList, fieldsOf, textOf } from '../wire/json';
import { notSupported, required, type FieldProblem } from '../status-error';
import { qualifiedNameProblems } from '../objects/names';
import { invalidValue } from '../status-error';
import type { Strategy } from './strategy';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function taintProblems(taint: Readonly<Record<string, unknown>>, index: number): readonly FieldProblem[] {
  const field = `spec.taints[${index}]`;
  const key = textOf(taint['key']) ?? '';
  const effect = textOf(taint['effect']) ?? '';
  return [
    ...qualifiedNameProblems(key).map((why) => invalidValue(`${field}.key`, key, why)),
    ...(effect === '' ? [required(`${field}.effect`)] : []),
    ...(effect === '' || EFFECTS.includes(effect) ? [] : [notSupported(`${field}.effect`, effect, EFFECTS)]),
  ];
}

/** A node keeps the status with which its kubelet registers it. */
export const nodeStrategy: Strategy = {
  prepareCreate: (object) => {
    object['spec'] = fieldsOf(object['spec']);
    const status = fieldsOf(object['status']);
    object['status'] = {
      ...status,
      ...(status['allocatable'] === undefined ? { allocatable: status['capacity'] } : {}),
    };
  },
  validate: (object) => fieldsList(fieldsOf(object['spec'])['taints']).flatMap(taintProblems),
};
