import { copyOf, fieldsList, fieldsOf, sameJson, type Fields } from '../wire/json';
import type { KubeObject } from '../wire/objects';
import type { ApiContext } from '../context';
import { knownResource } from '../resources';
import { forbidden, forbiddenField, type FieldProblem } from '../status-error';
import { applyLimitRanges } from './limit-ranges';
import { defaultPodSpec } from './pod-defaults';
import { podProblems } from './pod-validation';
import type { Strategy } from './strategy';

/** Quality of service from requests and limits of cpu and memory, as the server derives it. */
function qosClass(spec: Fields): string {
  const containers = [...fieldsList(spec['containers']), ...fieldsList(spec['initContainers'])];
  const amounts = containers.map(({ resources }) => ({
    requests: fieldsOf(fieldsOf(resources)['requests']),
    limits: fieldsOf(fieldsOf(resources)['limits']),
  }));
  const names = ['cpu', 'memory'];
  if (!amounts.some(({ requests, limits }) => names.some((name) => name in requests || name in limits)))
    return 'BestEffort';
  const guaranteed = amounts.every(({ requests, limits }) =>
    names.every((name) => name in limits && String(requests[name]) === String(limits[name])),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** The pod's priority and preemption policy are those of its class; an unknown class is rejected. */
function resolvePriority(object: KubeObject, spec: Fields, { store }: ApiContext): void {
  const name = spec['priorityClassName'];
  if (name === undefined || name === '') {
    spec['priority'] ??= 0;
    return;
  }
  const built = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 }[
    String(name)
  ];
  const found = store.find(knownResource('priorityclasses', 'scheduling.k8s.io'), undefined, String(name));
  const value = built ?? found?.object['value'];
  if (value === undefined)
    throw forbidden(
      knownResource('pods'),
      object.metadata.name,
      `no PriorityClass with name ${String(name)} was found`,
    );
  spec['priority'] = value;
  const policy = found?.object['preemptionPolicy'];
  if (policy !== undefined) spec['preemptionPolicy'] = policy;
}

/** A named runtime class must exist; its overhead is added to the pod. */
function applyRuntimeClass(object: KubeObject, spec: Fields, { store }: ApiContext): void {
  const name = spec['runtimeClassName'];
  if (name === undefined || name === '') return;
  const found = store.find(knownResource('runtimeclasses', 'node.k8s.io'), undefined, String(name));
  if (found === undefined)
    throw forbidden(
      knownResource('pods'),
      object.metadata.name,
      `pod rejected: RuntimeClass "${String(name)}" not found`,
    );
  const overhead = fieldsOf(fieldsOf(found.object['overhead'])['podFixed']);
  if (Object.keys(overhead).length > 0) spec['overhead'] = { ...overhead };
}

/** Restores the mutable fields, so that the rest can be compared. */
function fixedPart(spec: unknown, reference: unknown): unknown {
  const copy = copyOf(fieldsOf(spec));
  const before = fieldsOf(reference);
  for (const field of ['containers', 'initContainers']) {
    const images = fieldsList(before[field]).map(({ image }) => image);
    fieldsList(copy[field]).forEach((container, index) => {
      if (images[index] !== undefined) container['image'] = images[index];
    });
  }
  for (const field of ['activeDeadlineSeconds', 'terminationGracePeriodSeconds', 'tolerations']) {
    delete copy[field];
    if (before[field] !== undefined) copy[field] = before[field];
  }
  return copy;
}

const IMMUTABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function updateProblems(object: KubeObject, previous: KubeObject): readonly FieldProblem[] {
  const spec = object['spec'];
  const before = previous['spec'];
  const kept = fieldsList(fieldsOf(before)['tolerations']).every((old) =>
    fieldsList(fieldsOf(spec)['tolerations']).some((toleration) => sameJson(old, toleration)),
  );
  if (kept && sameJson(fixedPart(spec, before), fixedPart(before, before))) return [];
  return [forbiddenField('spec', IMMUTABLE)];
}

/** Pods: defaults as the real server fills them, a spec that hardly changes, a status that only `/status` writes. */
export const podStrategy: Strategy = {
  returnsDeleted: true,
  countsGenerations: true,
  prepareCreate: (object, context) => {
    const spec = fieldsOf(object['spec']);
    object['spec'] = spec;
    defaultPodSpec(spec);
    applyLimitRanges(object, spec, context);
    resolvePriority(object, spec, context);
    applyRuntimeClass(object, spec, context);
    object['status'] = { phase: 'Pending', qosClass: qosClass(spec) };
  },
  prepareUpdate: (object) => defaultPodSpec(fieldsOf(object['spec'])),
  validate: (object) => podProblems(fieldsOf(object['spec'])),
  validateUpdate: updateProblems,
};
