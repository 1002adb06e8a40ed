import { Module } from '@nestjs/common';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { PoliciesController } from './policies.controller';

/** Policies of projects. */
@Module({ imports: [ControlPlaneModule], controllers: [PoliciesController] })
export class PoliciesModule {}
