/** A body that is JSON already, for answers whose parts are kept as text. `T` says what it holds; nothing checks it. */
export class JsonText<T> {
  declare readonly holds: T;
  constructor(readonly text: string) {}
}
