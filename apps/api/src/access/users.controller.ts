import { Controller } from '@nestjs/common';
import { foldEmail } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { toUserBody } from '../wire/organisation';
import { Subjects } from './subjects';

/** Users: people who authenticate with an email and a password. */
@Controller()
export class UsersController {
  constructor(private readonly subjects: Subjects) {}

  @Operation('get_users')
  async list(_input: Input<'get_users'>, call: Call): Reply<'get_users'> {
    return {
      status: 200,
      body: (await this.subjects.store.subjects(principalOf(call).tenantId, 'user')).map(toUserBody),
    };
  }

  @Operation('create_user')
  async create({ body }: Input<'create_user'>, call: Call): Reply<'create_user'> {
    const { email } = body;
    const { created, secret } = await this.subjects.create(
      principalOf(call),
      'user',
      email,
      foldEmail(email),
    );
    return { status: 201, body: { ...toUserBody(created), tempPassword: secret } };
  }

  @Operation('delete_user_by_id')
  async delete({ params }: Input<'delete_user_by_id'>, call: Call): Reply<'delete_user_by_id'> {
    await this.subjects.remove(principalOf(call), 'user', params.userId);
    return { status: 204 };
  }
}
