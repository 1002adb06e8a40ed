export { OWNER_LABEL, SERIES, SERIES_LABELS } from './series';
