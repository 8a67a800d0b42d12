import { faultsOf } from '../../support/faults-of.ts';

faultsOf({
  name: 'the coordinator',
  pids: (chaos) => Promise.resolve([chaos.fleet.pid()]),
  isStartedByHand: true,
});
