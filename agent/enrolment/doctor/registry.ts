// Every check of `troop-agent doctor`, in the order in which it tells them. To add one, see the README of this folder.
import type { Check } from './check.ts';
import { brokerCheck } from './checks/broker.ts';
import { clockCheck } from './checks/clock.ts';
import { coordinatorCheck } from './checks/coordinator.ts';
import { diskCheck } from './checks/disk.ts';
import { enrolmentCheck } from './checks/enrolment.ts';
import { governorCheck } from './checks/governor.ts';
import { lanesCheck } from './checks/lanes.ts';
import { nodeCheck } from './checks/node.ts';
import { operatingSystemCheck } from './checks/operating-system.ts';
import { pipCheck } from './checks/pip.ts';
import { pythonCheck } from './checks/python.ts';
import { sandboxCheck } from './checks/sandbox.ts';
import { turboCheck } from './checks/turbo.ts';
import { uvCheck } from './checks/uv.ts';
import { virtualisationCheck } from './checks/virtualisation.ts';

export const checks: readonly Check[] = [
  operatingSystemCheck,
  nodeCheck,
  pythonCheck,
  pipCheck,
  uvCheck,
  sandboxCheck,
  diskCheck,
  lanesCheck,
  governorCheck,
  turboCheck,
  virtualisationCheck,
  enrolmentCheck,
  coordinatorCheck,
  clockCheck,
  brokerCheck,
];
