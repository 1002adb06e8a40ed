import type { SubjectRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';

/** An application as the API shows it. */
export const toApplicationBody = (subject: SubjectRecord): Answer<'get_application_by_id'>['body'] => ({
  id: subject.id,
  name: subject.name,
  clientId: subject.clientId,
  enabled: true,
  createdAt: subject.createdAt,
  createdBy: subject.createdBy,
  lastLogin: subject.lastLogin,
});

/** A user as the API shows it. */
export const toUserBody = (subject: SubjectRecord): Answer<'get_users'>['body'][number] => ({
  id: subject.id,
  username: subject.name,
  type: 'local',
  createdAt: subject.createdAt,
  createdBy: subject.createdBy,
  lastLogin: subject.lastLogin,
});
