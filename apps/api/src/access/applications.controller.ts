import { Controller } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { toApplicationBody } from '../wire/organisation';
import { Subjects } from './subjects';

/** Applications: programs that authenticate with a client id and a secret. */
@Controller()
export class ApplicationsController {
  constructor(private readonly subjects: Subjects) {}

  @Operation('get_applications')
  async list(_input: Input<'get_applications'>, call: Call): Reply<'get_applications'> {
    return {
      status: 200,
      body: (await this.subjects.store.subjects(principalOf(call).tenantId, 'app')).map(toApplicationBody),
    };
  }

  @Operation('create_application')
  async create({ body }: Input<'create_application'>, call: Call): Reply<'create_application'> {
    const { created, secret } = await this.subjects.create(
      principalOf(call),
      'app',
      body.name,
      body.clientId ?? body.name,
    );
    return { status: 201, body: { ...toApplicationBody(created), clientSecret: secret, secret } };
  }

  @Operation('get_application_by_id')
  async get({ params }: Input<'get_application_by_id'>, call: Call): Reply<'get_application_by_id'> {
    return {
      status: 200,
      body: toApplicationBody(
        orNotFound(await this.subjects.store.subject(principalOf(call).tenantId, 'app', params.appId)),
      ),
    };
  }

  @Operation('delete_application_by_id')
  async delete({ params }: Input<'delete_application_by_id'>, call: Call): Reply<'delete_application_by_id'> {
    await this.subjects.remove(principalOf(call), 'app', params.appId);
    return { status: 204 };
  }

  @Operation('regenerate_application_secret')
  async regenerateSecret(
    { params }: Input<'regenerate_application_secret'>,
    call: Call,
  ): Reply<'regenerate_application_secret'> {
    const clientSecret = await this.subjects.replaceSecret(principalOf(call), params.appId);
    return { status: 200, body: { clientSecret } };
  }
}
