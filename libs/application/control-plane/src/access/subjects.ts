import { foundOr, outcomeOf, type Outcome } from '../outcome';
import type { Principal } from './access';
import type { AccessStore, SubjectRecord } from './access-store';
import type { Secrets } from './tokens';

/** Dependencies of the use cases of subjects. */
export interface SubjectDependencies {
  readonly access: Pick<AccessStore, 'subject' | 'createSubject' | 'setSecret' | 'deleteSubject'>;
  readonly secrets: Pick<Secrets, 'generate' | 'hash'>;
  readonly newId: () => string;
}

/** A user or application to be created. The client id of a user is the email, in lower case. */
export type SubjectRequest = Pick<SubjectRecord, 'kind' | 'name' | 'clientId'>;

/** A new subject and its secret, which is shown once: only its hash is stored. */
export interface CreatedSubject {
  readonly subject: SubjectRecord;
  readonly secret: string;
}

type Caller = Pick<Principal, 'tenantId' | 'name'>;

/** Creates a subject of the caller's tenant with a new secret; a conflict where the client id is in use. */
export async function createSubject(
  { access, secrets, newId }: SubjectDependencies,
  request: SubjectRequest,
  { tenantId, name: createdBy }: Caller,
): Promise<Outcome<CreatedSubject>> {
  const secret = secrets.generate();
  const secretHash = await secrets.hash(secret);
  const created = outcomeOf(
    await access.createSubject({ ...request, id: newId(), tenantId, secretHash, createdBy }),
  );
  return created.kind === 'done' ? { kind: 'done', value: { subject: created.value, secret } } : created;
}

/** Deletes a subject of the caller's tenant. */
export async function deleteSubject(
  { access }: Pick<SubjectDependencies, 'access'>,
  { kind, id }: Pick<SubjectRecord, 'kind' | 'id'>,
  { tenantId }: Caller,
): Promise<Outcome<undefined>> {
  const found = foundOr(await access.subject(tenantId, kind, id));
  if (found.kind !== 'done') return found;
  await access.deleteSubject(id);
  return { kind: 'done', value: undefined };
}

/** Replaces the secret of an application; tokens issued for the old one become invalid. Returns the new one. */
export async function replaceSecret(
  { access, secrets }: Pick<SubjectDependencies, 'access' | 'secrets'>,
  appId: string,
  { tenantId }: Caller,
): Promise<Outcome<string>> {
  const found = foundOr(await access.subject(tenantId, 'app', appId));
  if (found.kind !== 'done') return found;
  const secret = secrets.generate();
  await access.setSecret(found.value.id, await secrets.hash(secret));
  return { kind: 'done', value: secret };
}
