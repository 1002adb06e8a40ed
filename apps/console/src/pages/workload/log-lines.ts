/** A piece of a line: text, and whether it is what was searched. */
export interface Piece {
  readonly text: string;
  readonly isFound: boolean;
}

/** The parts of a line around everything that was searched; upper and lower case are the same. */
export function piecesOf(line: string, wanted: string): readonly Piece[] {
  if (wanted === '') return [{ text: line, isFound: false }];
  const pieces: Piece[] = [];
  const [lower, sought] = [line.toLowerCase(), wanted.toLowerCase()];
  // Characters whose other case is longer would move every place behind them.
  if (lower.length !== line.length) return [{ text: line, isFound: false }];
  let at = 0;
  for (let found = lower.indexOf(sought); found >= 0; found = lower.indexOf(sought, at)) {
    if (found > at) pieces.push({ text: line.slice(at, found), isFound: false });
    at = found + sought.length;
    pieces.push({ text: line.slice(found, at), isFound: true });
  }
  if (at < line.length) pieces.push({ text: line.slice(at), isFound: false });
  return pieces;
}

/** The last lines of a text within so many characters; whole lines only. */
export function lastLines(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(-most);
  return cut.slice(cut.indexOf('\n') + 1);
}
