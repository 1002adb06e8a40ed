export { CHART, chartCases, helm, rendered } from './helm/chart';
export { findHelm } from './helm/installation';
export { numbersFrom, randomSeries, type Answers, type Series } from './knative/series';
export { findAutoscaler } from './knative/installation';
export { BUILD_PORTKEY, findPortkey } from './portkey/installation';
export { CLIENTS, pythonOf, smokeTestProgram, type ClientRelease } from './runapy/installation';
export { findOpenaiPython } from './openai/installation';
