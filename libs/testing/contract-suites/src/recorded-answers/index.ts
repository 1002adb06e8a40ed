export { ASKED, type AnsweringServer, type AskedOnce } from './asked';
export {
  ANSWERED,
  ANSWERED_NAMESPACE,
  GIVEN_ANSWERED,
  INSTANTS,
  type GivenAnswered,
  type GivenValue,
} from './given';
export { ANSWERED_ROWS, ANSWERED_TIMES, ANSWERED_WINDOW_MS } from './measured';
export { answerTo, recordedAnswer, type RecordedAnswer, type Recording } from './recording';
