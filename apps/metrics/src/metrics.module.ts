import { Module, type DynamicModule } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { HttpModule } from './http/http.module';
import { MeasurementsModule } from './measurements/measurements.module';
import { SettingsModule, type Settings } from './settings/settings.module';

/** The metrics service. It stops in the phases of Nest: not ready any more, HTTP closed, admin server, scrapes. */
@Module({ imports: [HttpModule, AdminModule, MeasurementsModule] })
export class MetricsModule {
  static of(settings: Settings): DynamicModule {
    return { module: MetricsModule, imports: [SettingsModule.of(settings)] };
  }
}
