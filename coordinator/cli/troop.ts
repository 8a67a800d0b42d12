#!/usr/bin/env node
// `troop`: the operator's program.
import { runProgram } from '../../shared/terminal/run-program.ts';
import { troopProgram } from './program.ts';

await runProgram(troopProgram);
