import { brokerContract } from './broker.contract.ts';
import { natsUnderTest } from './broker-under-test.ts';

brokerContract('NATS of the pinned wheel', () => natsUnderTest('embedded'));
