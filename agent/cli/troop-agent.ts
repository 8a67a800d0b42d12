#!/usr/bin/env node
// `troop-agent`: the program of a lab machine.
import { runProgram } from '../../shared/terminal/run-program.ts';
import { agentProgram } from './program.ts';

await runProgram(agentProgram);
