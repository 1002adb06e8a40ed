import { Controller, Inject } from '@nestjs/common';
import { createSubject, deleteSubject, foldEmail } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { Operation } from '../http/operation';
import { Principals } from '../identity/principals';
import { toUserBody } from './subject-body';
import { SUBJECT_DEPENDENCIES, type Subjects } from './subjects';

/** Users: people who authenticate with an email and a password. */
@Controller()
export class UsersController {
  constructor(
    @Inject(SUBJECT_DEPENDENCIES) private readonly subjects: Subjects,
    private readonly principals: Principals,
  ) {}

  @Operation('get_users')
  async list(_input: Input<'get_users'>, call: Call): Reply<'get_users'> {
    const found = await this.subjects.access.subjects(principalOf(call).tenantId, 'user');
    return { status: 200, body: found.map(toUserBody) };
  }

  @Operation('create_user')
  async create({ body: { email } }: Input<'create_user'>, call: Call): Reply<'create_user'> {
    const request = { kind: 'user', name: email, clientId: foldEmail(email) } as const;
    const created = await createSubject(this.subjects, request, principalOf(call));
    const { subject, secret } = orDecline(created);
    return { status: 201, body: { ...toUserBody(subject), tempPassword: secret } };
  }

  @Operation('delete_user_by_id')
  async delete({ params }: Input<'delete_user_by_id'>, call: Call): Reply<'delete_user_by_id'> {
    const user = { kind: 'user', id: params.userId } as const;
    orDecline(await deleteSubject(this.subjects, user, principalOf(call)));
    this.principals.forget();
    return { status: 204 };
  }
}
