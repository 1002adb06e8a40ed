import { randomUUID } from 'node:crypto';
import type { AccessStore, Principal, Secrets, SubjectRecord } from '@tessera/application-control-plane';
import { type Principals } from '../identity/principals';
import { orNotFound, orRefuse } from '../http/changed';

/** Applications and users: the subjects that can authenticate. */
export class Subjects {
  constructor(
    readonly store: AccessStore,
    private readonly secrets: Secrets,
    private readonly principals: Principals,
  ) {}

  /** Creates a subject of the caller's tenant with a new secret; 409 where the client id is in use. */
  async create(
    principal: Principal,
    kind: 'user' | 'app',
    name: string,
    clientId: string,
  ): Promise<{ readonly created: SubjectRecord; readonly secret: string }> {
    const secret = this.secrets.generate();
    const subject = {
      id: randomUUID(),
      kind,
      tenantId: principal.tenantId,
      name,
      clientId,
      secretHash: await this.secrets.hash(secret),
      createdBy: principal.name,
    };
    return { created: orRefuse(await this.store.createSubject(subject)), secret };
  }

  /** Deletes a subject of the caller's tenant; 404 where there is none. */
  async remove(principal: Principal, kind: 'user' | 'app', id: string): Promise<void> {
    orNotFound(await this.store.subject(principal.tenantId, kind, id));
    await this.store.deleteSubject(id);
    this.principals.forget();
  }

  /** Replaces the secret of an application; tokens issued for the old one become invalid. */
  async replaceSecret(principal: Principal, appId: string): Promise<string> {
    const { id } = orNotFound(await this.store.subject(principal.tenantId, 'app', appId));
    const secret = this.secrets.generate();
    await this.store.setSecret(id, await this.secrets.hash(secret));
    this.principals.forget();
    return secret;
  }
}
