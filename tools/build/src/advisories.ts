/** Reviewed advisories about our packages, by id, with the reason why they do not apply here. */
export const ANSWERED: Readonly<Record<string, string>> = {};

/** The fields of `npm audit --json` that are read. */
interface AuditReport {
  /** Why there is no result. */
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly via: readonly (string | { readonly url: string; readonly title: string })[] }>
  >;
}

export type AuditVerdict =
  | { readonly kind: 'unknown'; readonly why: string }
  /** One line per advisory without a review, and per review of an advisory that no longer exists. */
  | { readonly kind: 'known'; readonly open: readonly string[]; readonly stale: readonly string[] };

/** The open advisories, given the reviewed ones. */
export function auditVerdict(
  report: AuditReport,
  answered: Readonly<Record<string, string>> = ANSWERED,
): AuditVerdict {
  if (report.vulnerabilities === undefined)
    return {
      kind: 'unknown',
      why: [report.message, report.error?.summary].find(Boolean) ?? 'npm said nothing',
    };
  const found = new Map<string, string>();
  for (const [name, { via }] of Object.entries(report.vulnerabilities))
    for (const cause of via)
      if (typeof cause !== 'string') {
        const id = cause.url.split('/').at(-1) ?? cause.url;
        found.set(id, `${name}: ${cause.title} (${cause.url})`);
      }
  return {
    kind: 'known',
    open: [...found].flatMap(([id, line]) => (Object.hasOwn(answered, id) ? [] : [line])),
    stale: Object.keys(answered).filter((id) => !found.has(id)),
  };
}
