import { Module } from '@nestjs/common';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { ServicesModule } from '../services/services.module';
import { SimulationController } from './simulation.controller';

/** What-if requests. */
@Module({ imports: [ControlPlaneModule, ServicesModule], controllers: [SimulationController] })
export class SimulationModule {}
