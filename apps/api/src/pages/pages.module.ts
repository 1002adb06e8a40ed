import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module';
import { PagesController } from './pages.controller';

/** Public pages. */
@Module({ imports: [IdentityModule], controllers: [PagesController] })
export class PagesModule {}
