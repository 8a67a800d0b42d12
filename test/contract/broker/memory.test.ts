import { brokerContract } from './broker.contract.ts';
import { memoryUnderTest } from './broker-under-test.ts';

brokerContract('memory', memoryUnderTest);
