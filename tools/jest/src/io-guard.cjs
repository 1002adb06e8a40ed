const childProcess = require('node:child_process');
const dgram = require('node:dgram');
const fs = require('node:fs');
const net = require('node:net');
const { basename, relative, sep } = require('node:path');
const workerThreads = require('node:worker_threads');

/** Functions of `node:fs` and, without `Sync`, of `node:fs/promises` that change the file system. */
const WRITING = [
  ...[
    'appendFile',
    'chmod',
    'chown',
    'copyFile',
    'cp',
    'lchown',
    'link',
    'lutimes',
    'mkdir',
    'mkdtemp',
    'rename',
  ],
  ...['rm', 'rmdir', 'symlink', 'truncate', 'unlink', 'utimes', 'writeFile'],
];
/** Those that open a file, and change it only with some flags. */
const OPENING = ['open'];
const withSync = (names) => names.flatMap((name) => [name, `${name}Sync`]);
const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
const WRITE_FLAGS = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;

/**
 * The functions through which a process does IO. Prototypes where there are any, because packages that stay loaded
 * (`runtime.cjs`) hold references to the functions of the module: `fetch`, `node:http`, `node:tls` and `spawn` end here.
 */
const GUARDED = [
  { owner: net.Socket.prototype, names: ['connect'], what: 'opened a socket' },
  { owner: net.Server.prototype, names: ['listen'], what: 'listened on a port' },
  { owner: dgram.Socket.prototype, names: ['bind', 'connect', 'send'], what: 'opened a socket' },
  { owner: childProcess.ChildProcess.prototype, names: ['spawn'], what: 'started a process' },
  { owner: childProcess, names: ['execFileSync', 'execSync', 'spawnSync'], what: 'started a process' },
  { owner: workerThreads, names: ['Worker'], what: 'started a thread' },
  { owner: fs, names: [...withSync(WRITING), 'createWriteStream'], what: 'wrote to a file', isFile: true },
  { owner: fs.promises, names: WRITING, what: 'wrote to a file', isFile: true },
  { owner: fs, names: withSync(OPENING), what: 'wrote to a file', isFile: true, isAllowed: opensToRead },
  { owner: fs.promises, names: OPENING, what: 'wrote to a file', isFile: true, isAllowed: opensToRead },
];

/** Of the process: the guard of the file that runs, which replaced functions ask. */
let active;

/**
 * Makes everything through which a process does IO throw, between `install` and `remove`, except that files can be read:
 * scenarios, pages and sources of the repository are data of unit tests. The one folder that can be written is `cache`,
 * in which Jest keeps what it compiled.
 */
class IoGuard {
  #file;
  #root;
  #cache;
  #violations = [];
  #originals = [];

  constructor({ file, root, cache }) {
    this.#file = file;
    this.#root = root;
    this.#cache = cache;
  }

  install() {
    for (const { owner, names, ...rule } of GUARDED)
      for (const name of names.filter((candidate) => candidate in owner)) {
        this.#originals.push([owner, name, Object.getOwnPropertyDescriptor(owner, name)]);
        owner[name] = guarded(owner[name], rule);
      }
    active = this;
  }

  /** Puts everything back; throws the first error where the file did IO, which it may have caught itself. */
  remove() {
    active = undefined;
    for (const [owner, name, original] of this.#originals.splice(0))
      Object.defineProperty(owner, name, original);
    const [violation] = this.#violations;
    if (violation !== undefined) throw violation;
  }

  /** `trap` is where the stack of the error ends, so that Jest shows the line of the test. */
  check({ what, isFile = false, isAllowed = () => false }, args, trap) {
    if (isAllowed(args) || (isFile && this.#isInCache(args[0]))) return;
    const [file, name] = [relative(this.#root, this.#file), basename(this.#file)];
    const violation = new Error(
      `a unit test does no IO: it ${what}; rename ${file} to ${name.replace(/\.spec\.ts$/, '.int-spec.ts')}`,
    );
    Error.captureStackTrace(violation, trap);
    this.#violations.push(violation);
    throw violation;
  }

  #isInCache(path) {
    return typeof path === 'string' && path.startsWith(this.#cache + sep);
  }
}

/** A package that was loaded meanwhile may keep this function; it is the original again once no guard is active. */
function guarded(original, rule) {
  const traps = {
    apply(target, self, args) {
      active?.check(rule, args, traps.apply);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      active?.check(rule, args, traps.construct);
      return Reflect.construct(target, args, newTarget);
    },
  };
  return new Proxy(original, traps);
}

function opensToRead([, flags]) {
  if (typeof flags === 'string') return ['r', 'rs', 'sr'].includes(flags);
  return typeof flags !== 'number' || (flags & WRITE_FLAGS) === 0;
}

module.exports = { IoGuard };
