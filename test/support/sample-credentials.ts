// Credentials as a machine gets them when it joins, with keys of their own.
import type { Credentials } from '../../agent/enrolment/credentials.ts';
import { keyTexts } from './fleet-wire.ts';

export const sampleCredentials = (changes: Partial<Credentials> = {}): Credentials => ({
  formatVersion: 1,
  agentId: 'agent-7',
  name: 'lab-7',
  coordinatorUrl: 'http://127.0.0.1:8700',
  token: 'troop_agent_token',
  privateKey: keyTexts().privateKey,
  coordinatorPublicKey: keyTexts().publicKey,
  broker: { url: 'nats://127.0.0.1:4222', user: 'agent-7', password: 'broker-password' },
  ...changes,
});
