export { BOARDS, boardFile, boardPath, BOARDS_FOLDER } from './boards';
export { filled, type BoardFile, type PanelFile, type Values } from './reading/board-file';
export { AskedPrometheus, type Found } from './reading/prometheus';
export { chosen } from './drawing/choices';
export { drawBoard, type DrawnBoard } from './drawing/draw-board';
