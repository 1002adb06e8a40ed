import { Platform } from '../platform';
import { CHANGING_MIG } from './steps/mig';
import { ENDING } from './steps/ending';
import { FINDING } from './steps/finding';
import { LOSING } from './steps/losing';
import { READING_BACK } from './steps/reading-back';
import { LOOKING, LOOKING_AT_SIGN_IN } from './steps/looking';
import { WATCHING_OTHERS } from './steps/others';
import { CREATING, GROWING } from './steps/running';
import { SIGNING_IN } from './steps/signing-in';
import { WAITING } from './steps/waiting';
import { Story, type Step } from './story';

/** What somebody does who opens the console for the first time; each step goes on where the one before has ended. */
const STEPS: readonly Step[] = [
  LOOKING_AT_SIGN_IN,
  ...SIGNING_IN,
  ...CREATING,
  ...FINDING,
  ...GROWING,
  ...WAITING,
  ...CHANGING_MIG,
  ...WATCHING_OTHERS,
  ...LOOKING,
  ...READING_BACK,
  ...LOSING,
  ...ENDING,
];

const SETTINGS = { TESSERA_SCALING_WINDOW_MS: '6000', TESSERA_SIMULATOR_MIG_MS: '500' };

/** The whole story on a platform with these options of `npm start`. Call it inside a `describe`. */
export function consoleStory(services: readonly string[]): void {
  let platform: Platform;
  let story: Story | undefined;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(services, SETTINGS);
    story = await Story.begin(platform);
  });
  afterAll(async () => {
    await story?.end();
    await platform.remove();
  });

  let broken: string | undefined;
  it.each(STEPS)('$title', async ({ title, act, isAlone = false }) => {
    if (story === undefined) throw new Error('the platform or the browser did not start');
    if (broken !== undefined) throw new Error(`not reached, because this failed: ${broken}`);
    if (!isAlone) broken = title;
    await act(story);
    broken = undefined;
  });
}
