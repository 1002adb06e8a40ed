import { Module } from '@nestjs/common';
import { StoresModule } from '../platform/stores.module';
import { RevisionsController } from './revisions.controller';

/** Revisions of inferences. */
@Module({ imports: [StoresModule], controllers: [RevisionsController] })
export class RevisionsModule {}
