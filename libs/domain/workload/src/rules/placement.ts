import { isLabelValue, isQualifiedName } from '../kubernetes-names';
import { given } from '../compile/ignored-fields';
import type { InferenceSpec, NodeSelectorTerm, Toleration } from '../spec';
import { requireFields, type Report } from './violation';

/**
 * Priority classes that a workload may name, with the value of each. The names are the reference's (§2.2). It documents
 * only the value of `inference` (§6), which is that of `very-high` from 2.22 on; the others are chosen below it.
 */
export const PRIORITY_CLASSES: Readonly<Record<string, number>> = {
  'very-low': 20,
  low: 40,
  'medium-low': 60,
  medium: 80,
  'medium-high': 100,
  high: 115,
  'very-high': 125,
  inference: 125,
};

/** Tolerations, affinities and priority. */
export function placementRules(spec: InferenceSpec, report: Report): void {
  if (spec.podAffinity) {
    requireFields(spec.podAffinity, ['type', 'key'], 'spec.podAffinity', report);
    const { key } = spec.podAffinity;
    if (key && !isQualifiedName(key)) report('spec.podAffinity.key', `"${key}" is not a label key`);
  }
  for (const { item, at } of given<Toleration>(spec.tolerations, 'spec.tolerations'))
    tolerationRules(item, at, report);
  (spec.nodeAffinityRequired?.nodeSelectorTerms ?? []).forEach((term, index) => {
    if (term) termRules(term, `spec.nodeAffinityRequired.nodeSelectorTerms[${index}]`, report);
  });
  const { priorityClass } = spec;
  if (priorityClass && !Object.hasOwn(PRIORITY_CLASSES, priorityClass))
    report('spec.priorityClass', `priority '${priorityClass}' is not available in this cluster`);
}

function tolerationRules(toleration: Toleration, at: string, report: Report): void {
  requireFields(toleration, ['operator', 'key', 'effect'], at, report);
  const { key, operator, value } = toleration;
  if (key && !isQualifiedName(key)) report(`${at}.key`, `"${key}" is not the key of a taint`);
  if (operator === 'Exists' && value) report(`${at}.value`, 'must be empty when the operator is Exists');
  if (operator === 'Equal' && value && !isLabelValue(value))
    report(`${at}.value`, `"${value}" is not the value of a taint`);
}

function termRules(term: NodeSelectorTerm, at: string, report: Report): void {
  (term.matchExpressions ?? []).forEach((expression, index) => {
    if (!expression) return;
    const path = `${at}.matchExpressions[${index}]`;
    const { key, operator, values } = expression;
    requireFields(expression, ['key', 'operator'], path, report);
    if (key && !isQualifiedName(key)) report(`${path}.key`, `"${key}" is not a label key`);
    const count = values?.length ?? 0;
    if ((operator === 'In' || operator === 'NotIn') && count === 0)
      report(`${path}.values`, `must not be empty with the operator ${operator}`);
    if ((operator === 'Exists' || operator === 'DoesNotExist') && count > 0)
      report(`${path}.values`, `must be empty with the operator ${operator}`);
    if ((operator === 'Gt' || operator === 'Lt') && (count !== 1 || !/^-?\d+$/.test(values?.[0] ?? '')))
      report(`${path}.values`, `must be one whole number with the operator ${operator}`);
  });
}
