import { describeWithService } from '@tessera/testing-services';
import { consoleStory } from './console-story';

jest.setTimeout(240_000);

describeWithService('chromium', 'the console in a browser', () => {
  describeWithService('kubernetes', 'on a real API server', () => {
    consoleStory(['--kafka', 'embedded', '--kubernetes', 'real']);
  });
});
