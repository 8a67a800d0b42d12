// Whether this machine belongs to a fleet. Not having joined yet is no fault.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { fail, ok, skip, type Check } from '../check.ts';

export const enrolmentCheck: Check = {
  id: 'enrolment',
  title: 'enrolment',
  run: async ({ credentials, layout }) => {
    if (credentials === null) {
      return skip(`not joined yet: 'troop-agent join URL --token-file F' (state in ${layout.root})`);
    }
    if (credentials instanceof TroopError) return fail(credentials.message, credentials.hint);
    if (credentials instanceof Error) throw credentials;
    return ok(`${credentials.name} (${credentials.agentId}) of ${credentials.coordinatorUrl}`);
  },
};
