// Whether the coordinator answers over HTTP, and still knows this machine.
import { fail, ok, whenJoined, type Check } from '../check.ts';

export const coordinatorCheck: Check = {
  id: 'coordinator',
  title: 'coordinator',
  run: (context) =>
    whenJoined(context, async (credentials) => {
      const probe = await context.askCoordinator(credentials);
      const url = credentials.coordinatorUrl;
      if (!probe.reachable) {
        return fail(`${url} does not answer: ${probe.reason}`, 'start it, or look at the network between');
      }
      if (!probe.isKnown) {
        return fail(
          `${url} answers, but refuses this machine's token`,
          "join again with a new token: 'troop token create' there, 'troop-agent join' here",
        );
      }
      return ok(`${url} answers, version ${probe.version ?? 'not told'}`);
    }),
};
