/** Phases of a workload, the closed list of the API (`actualPhase`). */
export const PHASES = [
  'Creating',
  'Initializing',
  'Resuming',
  'Pending',
  'Deleting',
  'Running',
  'Updating',
  'Stopped',
  'Stopping',
  'Degraded',
  'Failed',
  'Completed',
  'Terminating',
  'Unknown',
] as const;
export type Phase = (typeof PHASES)[number];

export const DESIRED_PHASES = ['Running', 'Stopped', 'Deleted'] as const;
export type DesiredPhase = (typeof DESIRED_PHASES)[number];
