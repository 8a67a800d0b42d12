import { faultsOf } from '../../support/faults-of.ts';

faultsOf({ name: 'the database', pids: (chaos) => chaos.postgresPids() });
