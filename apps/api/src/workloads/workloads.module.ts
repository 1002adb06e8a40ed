import { Module } from '@nestjs/common';
import { StoresModule } from '../platform/stores.module';
import { WorkloadsController } from './workloads.controller';

/** Workloads of every kind: lists, pods, events, history. */
@Module({ imports: [StoresModule], controllers: [WorkloadsController] })
export class WorkloadsModule {}
