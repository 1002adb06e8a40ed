import { createField } from './create-field';
import { eventType } from './event-type';
import { metricType } from './metric-type';
import { placementFilter } from './placement-filter';
import type { Recipe } from './recipe';
import { scalingRule } from './scaling-rule';
import { tesseraRoute } from './tessera-route';

/** The recipes in the order of CONTRIBUTING. */
export const RECIPES: readonly Recipe[] = [
  createField,
  metricType,
  eventType,
  tesseraRoute,
  placementFilter,
  scalingRule,
];
