/** The answer does not follow the HTTP API of Prometheus; the message says where. */
export class AnswerShapeError extends Error {}
