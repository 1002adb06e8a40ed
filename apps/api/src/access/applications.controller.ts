import { Controller, Inject } from '@nestjs/common';
import { createSubject, deleteSubject, replaceSecret } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline, orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { Principals } from '../identity/principals';
import { toApplicationBody } from './subject-body';
import { SUBJECT_DEPENDENCIES, type Subjects } from './subjects';

/** Applications: programs that authenticate with a client id and a secret. */
@Controller()
export class ApplicationsController {
  constructor(
    @Inject(SUBJECT_DEPENDENCIES) private readonly subjects: Subjects,
    private readonly principals: Principals,
  ) {}

  @Operation('get_applications')
  async list(_input: Input<'get_applications'>, call: Call): Reply<'get_applications'> {
    const found = await this.subjects.access.subjects(principalOf(call).tenantId, 'app');
    return { status: 200, body: found.map(toApplicationBody) };
  }

  @Operation('create_application')
  async create({ body }: Input<'create_application'>, call: Call): Reply<'create_application'> {
    const request = { kind: 'app', name: body.name, clientId: body.clientId ?? body.name } as const;
    const created = await createSubject(this.subjects, request, principalOf(call));
    const { subject, secret } = orDecline(created);
    return { status: 201, body: { ...toApplicationBody(subject), clientSecret: secret, secret } };
  }

  @Operation('get_application_by_id')
  async get({ params }: Input<'get_application_by_id'>, call: Call): Reply<'get_application_by_id'> {
    const found = await this.subjects.access.subject(principalOf(call).tenantId, 'app', params.appId);
    return { status: 200, body: toApplicationBody(orNotFound(found)) };
  }

  @Operation('delete_application_by_id')
  async delete({ params }: Input<'delete_application_by_id'>, call: Call): Reply<'delete_application_by_id'> {
    const application = { kind: 'app', id: params.appId } as const;
    orDecline(await deleteSubject(this.subjects, application, principalOf(call)));
    this.principals.forget();
    return { status: 204 };
  }

  @Operation('regenerate_application_secret')
  async regenerateSecret(
    { params }: Input<'regenerate_application_secret'>,
    call: Call,
  ): Reply<'regenerate_application_secret'> {
    const clientSecret = orDecline(await replaceSecret(this.subjects, params.appId, principalOf(call)));
    this.principals.forget();
    return { status: 200, body: { clientSecret } };
  }
}
