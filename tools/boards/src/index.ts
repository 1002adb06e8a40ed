export { BOARDS, boardFile, boardPath, BOARDS_FOLDER } from './boards';
export { filled, type BoardFile, type Values } from './reading/board-file';
export { AskedPrometheus } from './reading/prometheus';
export { chosen } from './drawing/choices';
export { drawBoard } from './drawing/draw-board';
