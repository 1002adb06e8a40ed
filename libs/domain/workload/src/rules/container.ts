import {
  isDataKey,
  isHost,
  isLabelValue,
  isObjectName,
  isQualifiedName,
  isVariableName,
} from '../kubernetes-names';
import { given } from '../compile/ignored-fields';
import { sharesDevices } from '../compile/resources';
import type { EnvironmentVariable, Given, InferenceSpec, Items, KeyOf, NamedValue } from '../spec';
import { refusedVariable, type SpecSettings } from './gpu-names';
import { reservedFor, reservedMessage } from './reserved-names';
import { MISSING, requireFields, type Report } from './violation';

/** Image, probe, environment, annotations and labels. */
export function containerRules(spec: InferenceSpec, report: Report, settings: SpecSettings): void {
  requireFields(spec, ['image'], 'spec', report);
  probeRules(spec, report);
  const shares = settings.sharesDevices ?? sharesDevices(spec);
  for (const { item, at } of given<EnvironmentVariable>(
    spec.environmentVariables,
    'spec.environmentVariables',
  ))
    variableRules(item, at, report, (name) => refusedVariable(name, shares, settings));
  namedRules(spec.annotations, 'spec.annotations', () => true, report);
  namedRules(spec.labels, 'spec.labels', isLabelValue, report);
}

function probeRules(spec: InferenceSpec, report: Report): void {
  const probe = spec.probes?.readiness;
  if (probe === undefined || probe === null) return;
  const path = 'spec.probes.readiness';
  if (!probe.handler) return report(`${path}.handler`, MISSING);
  const get = probe.handler.httpGet;
  if (!get) return report(`${path}.handler.httpGet`, MISSING);
  if (typeof (get.port ?? spec.servingPort?.container) !== 'number')
    report(`${path}.handler.httpGet.port`, `${MISSING}: there is no serving port to take instead`);
  if (get.host && !isHost(get.host))
    report(`${path}.handler.httpGet.host`, `"${get.host}" is not a host name`);
}

const POD_FIELD =
  /^(metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;

function variableRules(
  variable: EnvironmentVariable,
  at: string,
  report: Report,
  refusal: (name: string) => string | undefined,
): void {
  requireFields(variable, ['name'], at, report);
  if (variable.name && !isVariableName(variable.name))
    report(`${at}.name`, `"${variable.name}" is not the name of an environment variable`);
  const refused = refusal(variable.name ?? '');
  if (refused !== undefined) report(`${at}.name`, refused);
  const { value, secret, configMap, podFieldRef, userCredential } = variable;
  const hasValue = value !== null && value !== undefined;
  keyRules(secret, `${at}.secret`, report, hasValue);
  keyRules(configMap, `${at}.configMap`, report, false);
  if (userCredential) requireFields(userCredential, ['name', 'key'], `${at}.userCredential`, report);
  if (podFieldRef) requireFields(podFieldRef, ['path'], `${at}.podFieldRef`, report);
  if (podFieldRef?.path && !POD_FIELD.test(podFieldRef.path))
    report(
      `${at}.podFieldRef.path`,
      `"${podFieldRef.path}" is not a field that a variable can take from its pod`,
    );
  const later = { configMap, podFieldRef, userCredential };
  const named = Object.entries(later).flatMap(([name, source]) => (source ? [name] : []));
  const first = [...(secret ? ['secret'] : hasValue ? ['value'] : []), ...named];
  if (first.length > 1) report(at, `only one source is possible, not ${first.join(' and ')}`);
}

/** Key of a Secret or ConfigMap. Where the name of a Secret is invalid in Kubernetes, a value, if given, is used. */
function keyRules(source: Given<KeyOf>, at: string, report: Report, givesWay: boolean): void {
  if (!source) return;
  requireFields(source, ['name', 'key'], at, report);
  if (source.name && !isObjectName(source.name) && !givesWay)
    report(`${at}.name`, `"${source.name}" is not a valid name of a Kubernetes object`);
  if (source.key && !isDataKey(source.key))
    report(`${at}.key`, `"${source.key}" is not a key of a Secret or ConfigMap`);
}

function namedRules(
  items: Items<NamedValue>,
  path: string,
  fits: (value: string) => boolean,
  report: Report,
): void {
  for (const { item, at } of given<NamedValue>(items, path)) {
    requireFields(item, ['name'], at, report);
    if (item.name && !isQualifiedName(item.name))
      report(`${at}.name`, `"${item.name}" is not a valid key in Kubernetes`);
    const owner = reservedFor(item.name ?? '');
    if (owner !== undefined) report(`${at}.name`, reservedMessage(item.name ?? '', owner));
    if (!fits(item.value ?? '')) report(`${at}.value`, `"${item.value}" is not a valid value in Kubernetes`);
  }
}
