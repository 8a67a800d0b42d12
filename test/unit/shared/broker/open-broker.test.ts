import { expect, test } from 'vitest';
import { openAgentBroker, openCoordinatorBroker } from '../../../../shared/broker/open-broker.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';

const common = { name: 'x', inboxPrefix: '_INBOX_x', clock: systemClock, logger: silentLogger };

test.each(['amqp://a:secret@b', 'http://a:secret@b', 'a:secret@b', ''])(
  '%j is refused with its code and without its password',
  async (url) => {
    for (const open of [openAgentBroker, openCoordinatorBroker]) {
      const error: unknown = await open({ ...common, url }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'TROOP-1002' });
      expect(JSON.stringify(error) + String(error)).not.toContain('secret');
    }
  },
);
