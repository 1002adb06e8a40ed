import { Inject, Injectable } from '@nestjs/common';
import type { ApiMetrics } from '../../platform/metrics';
import { API_METRICS } from '../../providers';
import type { ActiveCall } from '../active-call';
import type { AnyAnswer } from '../call';
import type { AnswerInterceptor } from './answer-interceptor';

/** Observes the duration of calls by operation and status. */
@Injectable()
export class MetricsInterceptor implements AnswerInterceptor {
  constructor(@Inject(API_METRICS) private readonly metrics: Pick<ApiMetrics, 'requestSeconds'>) {}

  intercept({ operation, started }: ActiveCall, { status }: AnyAnswer): undefined {
    const seconds = (performance.now() - started) / 1000;
    this.metrics.requestSeconds.observe({ operation, status: String(status) }, seconds);
  }
}
