/** The answer is none of the HTTP API of Prometheus; the message says in what. */
export class AnswerShapeError extends Error {}
