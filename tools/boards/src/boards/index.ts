import type { Board } from '../kit/board';
import { grafanaBoard } from '../kit/grafana';
import { CONTROL_PLANE } from './control-plane';
import { FLEET } from './fleet';
import { GPU } from './gpu';
import { INFERENCE } from './inference';
import { KAFKA } from './kafka';
import { TENANCY } from './tenancy';
import { WORKLOAD } from './workload';

/** In the order in which they link to each other. */
export const BOARDS: readonly Board[] = [FLEET, INFERENCE, WORKLOAD, CONTROL_PLANE, KAFKA, GPU, TENANCY];

/** The chart can read only its own folder; docker-compose.yml mounts it from there. */
export const BOARDS_FOLDER = 'deploy/helm/tessera/files/boards';
export const boardPath = ({ uid }: Pick<Board, 'uid'>): string => `${BOARDS_FOLDER}/${uid}.json`;

/** The file of a board, as Grafana reads it. */
export const boardFile = (board: Board): string =>
  `${JSON.stringify(grafanaBoard(board, { boards: BOARDS }), null, 2)}\n`;
