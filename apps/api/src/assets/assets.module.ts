import { Module } from '@nestjs/common';
import type { AssetStore } from '@tessera/application-control-plane';
import { StoresModule } from '../platform/stores.module';
import { ASSETS } from '../providers';
import { Credentials } from './credentials';
import { CredentialsController } from './credentials.controller';
import { DataVolumesController } from './data-volumes.controller';

/** Credentials and data volumes of projects. */
@Module({
  imports: [StoresModule],
  controllers: [CredentialsController, DataVolumesController],
  providers: [
    { provide: Credentials, inject: [ASSETS], useFactory: (assets: AssetStore) => new Credentials(assets) },
  ],
})
export class AssetsModule {}
