/**
 * What a file of specifications can change in the process and others would notice: environment variables, the working
 * directory, globals, listeners of `process`, and the functions of `process` that Jest replaces.
 */
class ProcessState {
  #folder = process.cwd();
  #variables = { ...process.env };
  #exit = process.exit;
  #globals = Object.getOwnPropertyDescriptors(globalThis);
  #listeners = listenersOfProcess();

  /** Loads a package that stays loaded; the globals and listeners that it brings stay too. */
  keepWhatLoads(load) {
    const globals = Reflect.ownKeys(globalThis);
    const listeners = listenersOfProcess();
    const result = load();
    for (const key of Reflect.ownKeys(globalThis).filter((name) => !globals.includes(name)))
      this.#globals[key] = Object.getOwnPropertyDescriptor(globalThis, key);
    for (const [event, added] of difference(listenersOfProcess(), listeners))
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), ...added]);
    return result;
  }

  /** Puts everything back as it was. */
  restore() {
    if (process.cwd() !== this.#folder) process.chdir(this.#folder);
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    process.exit = this.#exit;
    restoreGlobals(this.#globals);
    for (const [event, added] of difference(listenersOfProcess(), this.#listeners))
      for (const listener of added) process.removeListener(event, listener);
    for (const [event, removed] of difference(this.#listeners, listenersOfProcess()))
      for (const listener of removed) process.on(event, listener);
  }
}

function restoreGlobals(before) {
  for (const key of Reflect.ownKeys(globalThis)) {
    const { value, get, configurable } = Object.getOwnPropertyDescriptor(globalThis, key);
    // Node replaces some getters by their values when they are first read; the getter gives the same value again.
    const isSame = Object.hasOwn(before, key) && before[key].value === value && before[key].get === get;
    if (!isSame && configurable) delete globalThis[key];
  }
  for (const key of Reflect.ownKeys(before))
    if (!Object.hasOwn(globalThis, key)) Object.defineProperty(globalThis, key, before[key]);
}

const listenersOfProcess = () =>
  new Map(process.eventNames().map((event) => [event, process.rawListeners(event)]));

/** Listeners that are only among the first, by event. */
const difference = (some, others) =>
  [...some].map(([event, listeners]) => [
    event,
    listeners.filter((listener) => !others.get(event)?.includes(listener)),
  ]);

module.exports = { ProcessState };
