// The interpreters that stacks can be built for: CPython 3.9 or newer that serves some wheel tags.
import type { Fingerprint, InterpreterFacts } from '../../../shared/machine/fingerprint.ts';
import { compareDotted } from '../../../shared/machine/quantities.ts';

export const OLDEST_PYTHON = '3.9';

export const usableInterpreters = ({ interpreters }: Fingerprint): readonly InterpreterFacts[] =>
  (interpreters ?? []).filter(
    ({ implementation, version, tags }) =>
      implementation === 'cpython' && tags !== null && compareDotted(version, OLDEST_PYTHON) >= 0,
  );
