import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module';
import { ConsoleController } from './console.controller';
import { PagesController } from './pages.controller';

/** Public pages. */
@Module({ imports: [IdentityModule], controllers: [PagesController, ConsoleController] })
export class PagesModule {}
