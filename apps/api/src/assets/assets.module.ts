import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { AssetStore } from '@tessera/application-control-plane';
import { StoresModule } from '../platform/stores.module';
import { ASSETS } from '../providers';
import { Credentials, type Assets } from './credentials';
import { CredentialsController } from './credentials.controller';
import { ASSET_DEPENDENCIES, DataVolumesController } from './data-volumes.controller';

/** Credentials and data volumes of projects. */
@Module({
  imports: [StoresModule],
  controllers: [CredentialsController, DataVolumesController],
  providers: [
    {
      provide: ASSET_DEPENDENCIES,
      inject: [ASSETS],
      useFactory: (store: AssetStore): Assets => ({ store, newId: randomUUID }),
    },
    {
      provide: Credentials,
      inject: [ASSET_DEPENDENCIES],
      useFactory: (assets: Assets) => new Credentials(assets),
    },
  ],
})
export class AssetsModule {}
