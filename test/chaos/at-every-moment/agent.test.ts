import { faultsOf } from '../../support/faults-of.ts';

faultsOf({ name: 'the agent', pids: async (chaos) => [await chaos.agentPid()] });
