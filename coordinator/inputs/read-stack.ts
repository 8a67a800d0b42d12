// A stack out of whatever people have: a line of `troop stack sample`, a pylock.toml, a Pipfile.lock, or a requirements file of
// pins alone. Used for baselines and by commands that take a stack.
import { basename } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalEnvironment, type EnvironmentDescription } from '../../shared/stack/environment.ts';
import { parseJsonDocument, readingDocument } from '../../shared/stack/formats/document.ts';
import { stackOfPins, type LockedPins } from '../../shared/stack/formats/locked-pins.ts';
import { parsePins } from '../../shared/stack/formats/read-pins.ts';
import { parsePipfileLock } from '../../shared/stack/formats/read-pipfile-lock.ts';
import { parsePylock } from '../../shared/stack/formats/read-pylock.ts';
import { makeStack, type Stack } from '../../shared/stack/stack.ts';
import type { FieldReader } from '../../shared/stack/snapshot-fields.ts';

export interface StackContext {
  /** Counts where the file names no environment, or only its Python. */
  readonly environment: EnvironmentDescription;
  /** The index of packages that name none. */
  readonly index: string;
  readonly indexFingerprints?: Readonly<Record<string, string>> | undefined;
}

/** @throws TROOP-2006, or the errors of the kind of file, with its name */
export function readStackText(text: string, file: string, context: StackContext): Stack {
  const name = basename(file).toLowerCase();
  const [first = ''] = text.trimStart().split('\n', 1);
  if (/^\s*\{/.test(text)) {
    if (name.endsWith('.lock') || text.slice(0, 10_000).includes('"_meta"')) {
      return pinned(parsePipfileLock(text, file), file, context);
    }
    const whole = isJson(first) ? first : text;
    return readingDocument(file, () => stackOfJson(parseJsonDocument(whole, file), context), 'the stack');
  }
  if (name.endsWith('.toml') || /^[ \t]*lock-version[ \t]*=/m.test(text.slice(0, 100_000))) {
    return pinned(parsePylock(text, file), file, context);
  }
  if (/\.(?:json|lock)$/.test(name)) {
    throw new TroopError('TROOP-2006', { file, reason: 'it is not JSON' });
  }
  return pinned(parsePins(text, file), file, context);
}

function pinned({ pins, environment }: LockedPins, file: string, context: StackContext): Stack {
  const { index, indexFingerprints } = context;
  const described = { ...context.environment, ...withoutUndefined(environment) };
  return stackOfPins(pins, { file, index, indexFingerprints, environment: canonicalEnvironment(described) });
}

function stackOfJson(fields: FieldReader, context: StackContext): Stack {
  const environment = fields.optionalObject('environment');
  const python = environment?.string('python') ?? context.environment.python;
  const platform = environment?.optionalString('platform') ?? context.environment.platform;
  const texts = (name: string): Readonly<Record<string, string>> | undefined => {
    const record = environment?.optionalObject(name) ?? null;
    return record === null
      ? undefined
      : Object.fromEntries(record.names.map((key) => [key, record.nullableString(key) ?? '']));
  };
  const stack = makeStack({
    environment: canonicalEnvironment({
      python,
      platform,
      image: environment?.optionalString('image') ?? context.environment.image,
      markers: environment === null ? context.environment.markers : texts('markers'),
      variables: environment === null ? context.environment.variables : texts('variables'),
    }),
    packages: fields.objects('packages').map((item) => {
      const extras = item.nullableStrings('extras');
      const variant = item.optionalString('variant');
      return {
        name: item.string('name'),
        version: item.string('version'),
        index: item.optionalString('index') ?? context.index,
        ...(extras === null ? {} : { extras }),
        ...(variant === undefined ? {} : { variant }),
      };
    }),
    indexFingerprints: context.indexFingerprints,
  });
  // The id that it has counts the addresses of the indexes, which may not be known here.
  return { ...stack, stack_id: fields.optionalString('stack_id') ?? stack.stack_id };
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function withoutUndefined(environment: Partial<EnvironmentDescription>): Partial<EnvironmentDescription> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}
