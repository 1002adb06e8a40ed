import { given } from '../compile/ignored-fields';
import { recordTexts } from '../compile/record';
import { shellWords } from '../shell-words';
import type { EnvironmentVariable, ExposedUrl, InferenceSpec, NamedValue, Port } from '../spec';
import type { Report } from './violation';

/** Kubernetes: keys and values of all annotations of one object together, UTF-8 bytes. */
export const MAX_ANNOTATION_BYTES = 256 * 1024;
/** Most bytes of our own annotations on an object: a pod with a hundred devices names each of them three times. */
export const RESERVED_ANNOTATION_BYTES = 32 * 1024;
const FREE_ANNOTATION_BYTES = MAX_ANNOTATION_BYTES - RESERVED_ANNOTATION_BYTES;

/** Linux: one argument or one `NAME=value` with its terminating zero has at most 32 pages (MAX_ARG_STRLEN). */
export const MAX_EXEC_BYTES = 128 * 1024;
/** Linux: all arguments and variables of a program together, half of the limit of an ordinary stack. */
const MAX_EXEC_TOTAL_BYTES = 1024 * 1024;
/** Assumed size of a variable from a Secret, a ConfigMap or the pod where `$(NAME)` repeats it. */
const UNKNOWN_BYTES = 4096;
/** A variable that repeats an annotation of its pod. */
const OWN_ANNOTATION = /^metadata\.annotations\['([^']+)'\]$/;

/** Size of a text in UTF-8. */
function bytes(text: string | null | undefined): number {
  if (text === null || text === undefined) return 0;
  let size = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // Both halves of a pair stand for one character of four bytes.
    size += unit < 0x800 || isHalf(unit) ? 1 : 2;
  }
  return size;
}
const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Byte limits of Kubernetes and Linux, for every object that a text of the request is copied to. */
export function byteRules(spec: InferenceSpec, report: Report): void {
  annotationRules(spec, report);
  recordRules(spec, report);
  connectionRules(spec, report);
  executionRules(spec, report);
}

function annotationRules(spec: InferenceSpec, report: Report): void {
  const total = given<NamedValue>(spec.annotations, 'spec.annotations').reduce(
    (sum, { item }) => sum + bytes(item.name) + bytes(item.value),
    0,
  );
  if (total > FREE_ANNOTATION_BYTES) report('spec.annotations', tooLarge(total));
}

/** The owner object stores these fields as JSON; the report names the largest of them. */
function recordRules(spec: InferenceSpec, report: Report): void {
  const sizes = recordTexts(spec).map(({ field, text }) => ({ field, size: bytes(text) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= FREE_ANNOTATION_BYTES) return;
  const largest = sizes.reduce((most, one) => (one.size > most.size ? one : most));
  report(largest.field, tooLarge(total));
}

/** A port has a Service and a URL an Ingress or HTTPRoute, whose annotations hold its name, tool and callers. */
function connectionRules(spec: InferenceSpec, report: Report): void {
  const connections = [
    ...given<Port>(spec.ports, 'spec.ports'),
    ...given<ExposedUrl>(spec.exposedUrls, 'spec.exposedUrls'),
  ];
  for (const { item, at } of connections) {
    const { name, toolType, toolName } = item;
    const { authorizedUsers, authorizedGroups } = item as ExposedUrl;
    const texts = [name, toolType, toolName, ...(authorizedUsers ?? []), ...(authorizedGroups ?? [])];
    const total = texts.reduce((sum, text) => sum + bytes(text) + 1, 0);
    if (total > FREE_ANNOTATION_BYTES) report(at, tooLarge(total));
  }
}

const tooLarge = (total: number): string =>
  `${total} bytes of UTF-8 are too many for the annotations of one object; the limit is ${FREE_ANNOTATION_BYTES}`;

/**
 * Sizes of arguments and variables as the program gets them: kubelet replaces `$(NAME)` with the earlier variable of
 * that name, which can double a text with every variable. Only sizes are computed, nothing is expanded.
 */
function executionRules(spec: InferenceSpec, report: Report): void {
  const sizes = new Map<string, number>();
  const annotated = new Map(
    given<NamedValue>(spec.annotations, 'spec.annotations').map(({ item }) => [item.name, bytes(item.value)]),
  );
  let total = 0;
  const check = (field: string, what: string, size: number): void => {
    total += size;
    if (size + 1 > MAX_EXEC_BYTES)
      report(
        field,
        `${what} has ${size} bytes; Linux does not start a program with more than ${MAX_EXEC_BYTES - 1}`,
      );
  };
  for (const { item, at } of given<EnvironmentVariable>(
    spec.environmentVariables,
    'spec.environmentVariables',
  )) {
    const name = item.name ?? '';
    const { secret, configMap, podFieldRef, userCredential } = item;
    const own = annotated.get(OWN_ANNOTATION.exec(podFieldRef?.path ?? '')?.[1]);
    const size = own ?? expandedBytes(item.value ?? '', sizes);
    const field = own === undefined ? 'value' : 'podFieldRef.path';
    check(`${at}.${field}`, `"${shortened(name)}=<value>"`, bytes(name) + 1 + size);
    const foreign = secret ?? configMap ?? podFieldRef ?? userCredential;
    sizes.set(name, foreign ? Math.max(size, UNKNOWN_BYTES) : size);
  }
  for (const field of ['command', 'args'] as const)
    for (const word of shellWords(spec[field] ?? ''))
      check(`spec.${field}`, 'one argument', expandedBytes(word, sizes));
  if (total > MAX_EXEC_TOTAL_BYTES)
    report(
      'spec.environmentVariables',
      `variables and arguments have ${total} bytes together; Linux does not start a program with more than ${MAX_EXEC_TOTAL_BYTES}`,
    );
}

const shortened = (name: string): string => (name.length > 64 ? `${name.slice(0, 64)}…` : name);

/** Size of a text after kubelet has replaced `$(NAME)`; `$$(NAME)` and unknown names stay as they are. */
function expandedBytes(text: string, sizes: ReadonlyMap<string, number>): number {
  let size = bytes(text);
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at)) {
    if (text[at + 1] !== '(') {
      // `$$` is an escaped dollar that begins no reference.
      at += text[at + 1] === '$' ? 2 : 1;
      continue;
    }
    const end = text.indexOf(')', at);
    if (end < 0) return size;
    const name = text.slice(at + 2, end);
    const replaced = sizes.get(name);
    if (replaced !== undefined) size += replaced - bytes(name) - 3;
    at = end + 1;
  }
  return size;
}
