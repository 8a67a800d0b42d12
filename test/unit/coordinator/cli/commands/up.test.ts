import { expect, test } from 'vitest';
import { nextLines } from '../../../../../coordinator/cli/commands/up.ts';

test('what comes next names the data directory where the other commands would not find it by themselves', () => {
  expect(nextLines('/srv/lab', '/var/lib/troop').join('\n')).toContain('--data /srv/lab');
  expect(nextLines('/srv/lab', '/srv/lab').join('\n')).not.toContain('--data');
});
