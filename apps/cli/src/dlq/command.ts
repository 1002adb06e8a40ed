import { Command } from 'commander';
import { DeadLetters, type DeadLetter, type DeadLetterFilter } from '@tessera/application-messaging';
import { maybe } from '@tessera/kernel';
import { CommandError, EXIT, type Surroundings } from '../ends';
import { openEventLog } from '../event-log';
import { asJson, timeOf, letterTable, letterText, topicSummaries, topicTable } from './output';

interface Options {
  readonly json?: true;
  readonly all?: true;
  readonly dryRun?: true;
  readonly topic?: string;
  readonly group?: string;
  readonly key?: string;
  readonly type?: string;
  readonly errorType?: string;
}

/** `tessera dlq`: lists, shows, replays and drops dead letters. */
export function dlqCommand(at: Surroundings): Command {
  const print = (text: string): void => void at.out.write(`${text}\n`);
  const withLetters = async (work: (letters: DeadLetters) => Promise<void>): Promise<void> => {
    const { log, prefix } = openEventLog(at.env);
    try {
      await work(new DeadLetters(log, prefix));
    } finally {
      await log.close();
    }
  };
  const change = (verb: 'replay' | 'drop', done: string) => (ids: string[], options: Options) =>
    withLetters(async (letters) => {
      const chosen = await choose(letters, ids, options);
      if (options.dryRun !== true) await letters[verb](chosen);
      const text = options.dryRun === true ? `would be ${done}` : done;
      if (options.json === true)
        print(asJson({ [done]: chosen.map(({ id }) => id), dryRun: !!options.dryRun }));
      else print([...chosen.map(({ id }) => `${id} ${text}`), `${count(chosen)} ${text}`].join('\n'));
    });

  const dlq = new Command('dlq').description('Dead letters: records that a consumer could not handle.');
  dlq
    .command('list')
    .argument('[topic]', 'one topic, to list its letters')
    .option('--all', 'include letters that were replayed or dropped')
    .option('--json', 'print JSON')
    .description('Lists topics with dead letters, or the letters of one topic.')
    .action((topic: string | undefined, options: Options) =>
      withLetters(async (letters) => {
        const marked = options.all === true;
        const found = await letters.find({ marked, ...maybe('topic', topic) });
        if (topic !== undefined) return print(options.json ? asJson(found.map(shown)) : letterTable(found));
        const summaries = topicSummaries(await letters.topics(), found);
        print(options.json ? asJson(summaries) : topicTable(summaries));
      }),
    );
  dlq
    .command('show')
    .argument('<id>', 'the letter, <topic>/<partition>/<offset>')
    .option('--json', 'print JSON')
    .description('Shows one dead letter: its origin, the error, headers and value.')
    .action((id: string, options: Options) =>
      withLetters(async (letters) => {
        const [letter] = await letters.find({ ids: [id], marked: true });
        if (letter === undefined) throw new CommandError(`there is no dead letter ${id}`, EXIT.notFound);
        print(options.json ? asJson(shown(letter)) : letterText(letter));
      }),
    );
  chosenBy(dlq.command('replay'))
    .description('Replays dead letters to the topic that they came from, with their keys and headers.')
    .action(change('replay', 'replayed'));
  chosenBy(dlq.command('drop'))
    .description('Marks dead letters as dropped, so that they are no longer listed.')
    .action(change('drop', 'dropped'));
  return dlq;
}

const chosenBy = (command: Command): Command =>
  command
    .argument('[ids...]', 'letters, <topic>/<partition>/<offset>')
    .option('--all', 'every letter that is neither replayed nor dropped')
    .option('--topic <name>', 'letters of this dead-letter topic, or from this source topic')
    .option('--group <name>', 'letters that this consumer group could not handle')
    .option('--key <key>', 'letters with this key')
    .option('--type <type>', 'letters of this CloudEvents type')
    .option('--error-type <name>', 'letters with this type of error')
    .option('--dry-run', 'only print which letters would be affected')
    .option('--json', 'print JSON');

/** The user must select the letters; all of them only with --all. */
async function choose(
  letters: DeadLetters,
  ids: readonly string[],
  { all, topic, group, key, type, errorType }: Options,
): Promise<readonly DeadLetter[]> {
  const filter: DeadLetterFilter = {
    ...(ids.length === 0 ? {} : { ids }),
    ...maybe('topic', topic),
    ...maybe('group', group),
    ...maybe('key', key),
    ...maybe('type', type),
    ...maybe('errorType', errorType),
  };
  if (Object.keys(filter).length === 0 && all !== true)
    throw new CommandError('select letters: give ids, a filter such as --topic, or --all', EXIT.usage);
  if (ids.length > 0 && all === true)
    throw new CommandError('--all and ids exclude each other; give only one of them', EXIT.usage);
  const found = await letters.find(filter);
  const missing = ids.filter((id) => !found.some((letter) => letter.id === id));
  if (missing.length > 0)
    throw new CommandError(
      `no dead letter is left at ${missing.join(', ')}; nothing was changed (see tessera dlq list --all)`,
      EXIT.notFound,
    );
  if (found.length === 0)
    throw new CommandError('no dead letter matches; see tessera dlq list --all', EXIT.notFound);
  return found;
}

const count = (letters: readonly DeadLetter[]): string =>
  `${letters.length} dead letter${letters.length === 1 ? '' : 's'}`;

/** A letter in JSON; its record's coordinates are in the id. */
const shown = ({ record: { key, headers, value, encoding, timestamp }, ...letter }: DeadLetter) => ({
  ...letter,
  at: timeOf(timestamp),
  key,
  headers,
  value,
  ...maybe('encoding', encoding),
});
