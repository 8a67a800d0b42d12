import { expect, test } from 'vitest';
import { pinoLogger } from '../../../../shared/runtime/logger.ts';

// What is written there meets a full disk.
const FULL = '/dev/full';

test.skipIf(process.platform !== 'linux')('a log that cannot be written ends nothing', () => {
  const logger = pinoLogger({ level: 'info', path: FULL });
  const write = (): void => {
    for (let line = 0; line < 3; line++) logger.info({ line }, 'a line');
  };
  expect(write).not.toThrow();
});
