// Where the Python files of this room lie, in the sources and beside the built modules alike.
import { fileURLToPath } from 'node:url';
import { indicators } from '../../shared/measurement/indicators/registry.ts';
import type { IndicatorSource } from './prepared-benchmark.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const RUNNER_PATH = pathOf('./runner.py');
export const SCRIPT_LAUNCHER_PATH = pathOf('./script_launcher.py');

/** The indicators that Troop brings. */
export const builtInIndicators: IndicatorSource = {
  registry: indicators,
  programPath: (name) => pathOf(`./indicators/${name}/indicator.py`),
};
