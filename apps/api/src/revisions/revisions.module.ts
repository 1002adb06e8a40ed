import { Module } from '@nestjs/common';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { RevisionsController } from './revisions.controller';

/** Revisions of inferences. */
@Module({ imports: [ControlPlaneModule], controllers: [RevisionsController] })
export class RevisionsModule {}
