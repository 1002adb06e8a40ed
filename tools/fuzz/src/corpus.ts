/** What a request can name, by the name of the parameter or field. */
export const SLOTS: readonly string[] = [
  'workloadId',
  'revisionId',
  'podId',
  'projectId',
  'departmentId',
  'clusterId',
  'appId',
  'userId',
  'accessRuleId',
];

/** Stands in a generated request where the id of something real goes, so that a seed means the same on every platform. */
export const placeholder = (slot: string): string => `{{${slot}}}`;

const PLACEHOLDER = /\{\{([A-Za-z]+)\}\}/g;
const INFERENCES = '/api/v1/workloads/inferences';
const PROJECT = '1';

/** Calls the API properly; throws on anything but 2xx. */
export type Proper = (
  method: string,
  path: string,
  body?: object,
) => Promise<Readonly<Record<string, unknown>>>;

/** Real things for requests to name, made anew when a request removed one. */
export class Corpus {
  private readonly ids = new Map<string, string>([['projectId', PROJECT]]);
  private made = 0;

  private constructor(
    private readonly proper: Proper,
    private readonly mark: string,
  ) {}

  static async fill(proper: Proper, mark: string): Promise<Corpus> {
    const corpus = new Corpus(proper, mark);
    const project = await proper('GET', `/api/v1/org-unit/projects/${PROJECT}`);
    corpus.ids.set('clusterId', String(project['clusterId']));
    corpus.ids.set('departmentId', String(project['departmentId']));
    for (const slot of ['workloadId', 'appId', 'userId', 'accessRuleId']) await corpus.renew(slot);
    return corpus;
  }

  /** The text with the ids of real things in it. */
  filled(text: string): string {
    return text.replaceAll(PLACEHOLDER, (whole, slot: string) => this.ids.get(slot) ?? whole);
  }

  /** To be called with the placeholders of a removal that succeeded. */
  async renew(slot: string): Promise<void> {
    this.made += 1;
    const name = `fuzz-${this.mark}-${this.made}`;
    if (slot === 'workloadId') return this.newWorkload(name);
    if (slot === 'appId') return this.keep(slot, await this.proper('POST', '/api/v1/apps', { name }));
    if (slot === 'userId')
      return this.keep(slot, await this.proper('POST', '/api/v1/users', { email: `${name}@example.com` }));
    if (slot !== 'accessRuleId') return;
    const rule = { subjectId: name, subjectType: 'user', roleId: 9, scopeType: 'project', scopeId: PROJECT };
    this.keep(slot, await this.proper('POST', '/api/v1/authorization/access-rules', rule));
  }

  private keep(slot: string, { id }: Readonly<Record<string, unknown>>): void {
    this.ids.set(slot, String(id));
  }

  private async newWorkload(name: string): Promise<void> {
    const spec = { image: 'model:1', servingPort: { container: 8000 } };
    const where = { projectId: PROJECT, clusterId: this.ids.get('clusterId') };
    const created = await this.proper('POST', INFERENCES, { name, ...where, spec });
    const workloadId = String(created['workloadId']);
    this.ids.set('workloadId', workloadId);
    const { revisions } = await this.proper('GET', `${INFERENCES}/${workloadId}/revisions`);
    const [revision] = (revisions ?? []) as readonly { id: string }[];
    this.ids.set('revisionId', revision?.id ?? workloadId);
    this.ids.set('podId', workloadId);
  }
}

/** The names of the placeholders in a text. */
export const slotsOf = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, slot]) => slot ?? '');
