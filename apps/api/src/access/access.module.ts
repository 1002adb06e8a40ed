import { Module } from '@nestjs/common';
import type { AccessStore, Secrets } from '@tessera/application-control-plane';
import { IdentityModule } from '../identity/identity.module';
import { Principals } from '../identity/principals';
import { StoresModule } from '../platform/stores.module';
import { ACCESS, SECRETS } from '../providers';
import { AccessRulesController } from './access-rules.controller';
import { ApplicationsController } from './applications.controller';
import { RolesController } from './roles.controller';
import { Subjects } from './subjects';
import { UsersController } from './users.controller';

/** Applications, users, access rules and roles. */
@Module({
  imports: [IdentityModule, StoresModule],
  controllers: [AccessRulesController, ApplicationsController, RolesController, UsersController],
  providers: [
    {
      provide: Subjects,
      inject: [ACCESS, SECRETS, Principals],
      useFactory: (access: AccessStore, secrets: Secrets, principals: Principals) =>
        new Subjects(access, secrets, principals),
    },
  ],
})
export class AccessModule {}
