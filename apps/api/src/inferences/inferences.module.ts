import { Module } from '@nestjs/common';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { InferencesController } from './inferences.controller';

/** Inference workloads: create, read, change and delete. */
@Module({ imports: [ControlPlaneModule], controllers: [InferencesController] })
export class InferencesModule {}
