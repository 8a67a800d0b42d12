import { faultsOf } from '../../support/faults-of.ts';

faultsOf({ name: 'the broker', pids: async (chaos) => [await chaos.natsPid()] });
