import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { CommandError, EXIT, type Surroundings } from './ends';
import { dlqCommand } from './dlq/command';
import { rolloutCommand } from './rollout/command';

/** Runs one command line and returns its exit code. Never rejects. */
export async function run(args: readonly string[], at: Surroundings): Promise<number> {
  const program = new Command('tessera')
    .description('Operates a Tessera platform. Settings are those of the services (TESSERA_…).')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void at.out.write(text),
      writeErr: (text) => void at.err.write(text),
    });
  program.addCommand(dlqCommand(at).copyInheritedSettings(program));
  program.addCommand(rolloutCommand(at).copyInheritedSettings(program));
  for (const command of program.commands)
    for (const verb of command.commands) verb.copyInheritedSettings(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // commander has printed the error; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    at.err.write(`tessera: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CommandError ? error.code : EXIT.failed;
  }
}
