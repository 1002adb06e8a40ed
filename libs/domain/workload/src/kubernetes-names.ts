const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const QUALIFIED_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** RFC 1123 label, at most 63 characters. */
export const isDnsLabel = (text: string): boolean => DNS_LABEL.test(text);

/** Name of a Secret, ConfigMap, StorageClass or claim: RFC 1123 subdomain, at most 253 characters. */
export const isObjectName = (text: string): boolean => text.length <= 253 && DNS_SUBDOMAIN.test(text);

/** Key of a label or annotation, or name of an extended resource: `[prefix/]name`. */
export function isQualifiedName(text: string): boolean {
  const parts = text.split('/');
  const name = parts.length === 1 ? parts[0] : parts[1];
  if (parts.length > 2 || name === undefined || !QUALIFIED_PART.test(name)) return false;
  return parts.length === 1 || isObjectName(parts[0] ?? '');
}

/** Value of a label: empty, or at most 63 characters of the key's alphabet. */
export const isLabelValue = (text: string): boolean => text === '' || QUALIFIED_PART.test(text);

/** Key inside a Secret or ConfigMap. */
export const isDataKey = (text: string): boolean => text.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(text);

/** Name of an environment variable: printable ASCII but `=` (Kubernetes 1.30 and later). */
export const isVariableName = (text: string): boolean => /^[ -<>-~]+$/.test(text);

/** Host of a probe: a DNS name or an IP address. */
export const isHost = (text: string): boolean =>
  text.length <= 253 &&
  (/^[a-zA-Z0-9]([a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/.test(text) || /^[0-9a-fA-F:]+$/.test(text));
