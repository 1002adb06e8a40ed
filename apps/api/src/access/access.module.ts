import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { AccessStore, Secrets } from '@tessera/application-control-plane';
import { IdentityModule } from '../identity/identity.module';
import { StoresModule } from '../platform/stores.module';
import { ACCESS, SECRETS } from '../providers';
import { AccessRulesController } from './access-rules.controller';
import { ApplicationsController } from './applications.controller';
import { RolesController } from './roles.controller';
import { SUBJECT_DEPENDENCIES, type Subjects } from './subjects';
import { UsersController } from './users.controller';

/** Applications, users, access rules and roles. */
@Module({
  imports: [IdentityModule, StoresModule],
  controllers: [AccessRulesController, ApplicationsController, RolesController, UsersController],
  providers: [
    {
      provide: SUBJECT_DEPENDENCIES,
      inject: [ACCESS, SECRETS],
      useFactory: (access: AccessStore, secrets: Secrets): Subjects => ({
        access,
        secrets,
        newId: randomUUID,
      }),
    },
  ],
})
export class AccessModule {}
