/** What a body can name, by the name of the field. */
export const SLOTS: readonly string[] = [
  ...['workloadId', 'projectId', 'departmentId', 'clusterId'],
  ...['appID', 'appSecret', 'clientID', 'clientSecret', 'client_id', 'client_secret'],
];
/** Parameters of a path whose thing a removal takes: another one than those that everything else lies in. */
export const SPARE: Readonly<Record<string, string>> = {
  projectId: 'spareProjectId',
  departmentId: 'spareDepartmentId',
};
/** The workload whose pod the pod routes ask for; no request removes it. */
export const PERMANENT = 'permanentWorkloadId';

/** Stands in a generated request where the id of something real goes, so that a seed means the same on every platform. */
export const placeholder = (slot: string): string => `{{${slot}}}`;

/** Kinds of credentials by the parameter of their paths. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  accessKeyId: 'access-key',
  passwordId: 'password',
  dockerRegistryId: 'docker-registry',
  genericSecretId: 'generic-secret',
};

const PLACEHOLDER = /\{\{([A-Za-z_]+)\}\}/g;
const INFERENCES = '/api/v1/workloads/inferences';
const PROJECT = '1';
const POD_ATTEMPTS = 40;
const POD_POLL_MS = 250;

/** Calls the API properly; throws on anything but 2xx. */
export type Proper = (
  method: string,
  path: string,
  body?: object,
) => Promise<Readonly<Record<string, unknown>>>;

/** Real things for requests to name, recreated when a request removed one. */
export class Corpus {
  private readonly ids = new Map<string, string>([['projectId', PROJECT]]);
  private made = 0;

  private constructor(
    private readonly proper: Proper,
    private readonly mark: string,
  ) {}

  /** `known` are values for slots that nothing here can make, such as credentials. */
  static async fill(proper: Proper, mark: string, known: Readonly<Record<string, string>>): Promise<Corpus> {
    const corpus = new Corpus(proper, mark);
    for (const [slot, value] of Object.entries({ roleId: '1', ...known })) corpus.ids.set(slot, value);
    const project = await proper('GET', `/api/v1/org-unit/projects/${PROJECT}`);
    corpus.ids.set('clusterId', String(project['clusterId']));
    corpus.ids.set('departmentId', String(project['departmentId']));
    await corpus.newPermanentWorkload();
    const assets = ['datavolumeId', ...Object.keys(CREDENTIALS)];
    for (const slot of ['workloadId', 'appId', 'userId', 'accessRuleId', ...assets, ...Object.values(SPARE)])
      await corpus.renew(slot);
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
    if (slot === 'datavolumeId') {
      const volume = { name, originPvcName: name, projectId: PROJECT };
      return this.keep(slot, await this.proper('POST', '/api/v1/datavolumes', volume));
    }
    const kind = CREDENTIALS[slot];
    if (kind !== undefined) {
      const meta = { name, scope: 'project', projectId: PROJECT };
      const body = { meta, spec: { existingSecretName: name } };
      const made = await this.proper('POST', `/api/v1/asset/credentials/${kind}`, body);
      return this.keep(slot, made['meta'] as Readonly<Record<string, unknown>>);
    }
    const unit = { name, clusterId: this.ids.get('clusterId'), resources: [] };
    if (slot === 'spareProjectId')
      return this.keep(slot, await this.proper('POST', '/api/v1/org-unit/projects', unit));
    if (slot === 'spareDepartmentId')
      return this.keep(slot, await this.proper('POST', '/api/v1/org-unit/departments', unit));
    if (slot !== 'accessRuleId') return;
    const rule = { subjectId: name, subjectType: 'user', roleId: 9, scopeType: 'project', scopeId: PROJECT };
    this.keep(slot, await this.proper('POST', '/api/v1/authorization/access-rules', rule));
  }

  private keep(slot: string, { id }: Readonly<Record<string, unknown>>): void {
    this.ids.set(slot, String(id));
  }

  private async newWorkload(name: string): Promise<void> {
    const workloadId = await this.create(name);
    this.ids.set('workloadId', workloadId);
    const { revisions } = await this.proper('GET', `${INFERENCES}/${workloadId}/revisions`);
    const [revision] = (revisions ?? []) as readonly { id: string }[];
    this.ids.set('revisionId', revision?.id ?? workloadId);
  }

  /** Waits for its pod for a while; without a cluster there is none, and pod routes answer 404. */
  private async newPermanentWorkload(): Promise<void> {
    const workloadId = await this.create(`fuzz-${this.mark}-permanent`);
    this.ids.set(PERMANENT, workloadId);
    this.ids.set('podId', workloadId);
    for (let attempt = 0; attempt < POD_ATTEMPTS; attempt += 1) {
      const { pods } = await this.proper('GET', `/api/v1/workloads/${workloadId}/pods`);
      const [pod] = pods as readonly { id: string }[];
      if (pod !== undefined) return void this.ids.set('podId', pod.id);
      await new Promise((resolve) => setTimeout(resolve, POD_POLL_MS));
    }
  }

  private async create(name: string): Promise<string> {
    const spec = { image: 'model:1', servingPort: { container: 8000 } };
    const where = { projectId: PROJECT, clusterId: this.ids.get('clusterId') };
    return String((await this.proper('POST', INFERENCES, { name, ...where, spec }))['workloadId']);
  }
}

/** The names of the placeholders in a text. */
export const slotsOf = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, slot]) => slot ?? '');
