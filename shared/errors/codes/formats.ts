// 20xx: files that people bring and take away: requests, locks, documents of other tools. `place` says where in the file.
import { defineCodes } from '../entry.ts';

export const formatCodes = defineCodes({
  'TROOP-2001': {
    message: '{file} cannot be read: {place}: {reason}',
    hint: 'Correct the file there; nothing of it was taken.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2002': {
    message: '{file} asks for {what} ({place}), which Troop does not take',
    hint: 'Only projects of an index can be inspected: no editable, local, VCS or URL requirements. Name a version range instead.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2003': {
    message: '{file} cannot be included by {by}: {reason}',
    hint: 'Paths of -r and -c are relative to the file that names them; 20 files deep, 200 files and 32 MiB in all are the bounds.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2004': {
    message: '{file} is no file of requirements: {reason}',
    hint: 'Requirements are read from requirements.txt, Pipfile (TOML or JSON) and pyproject.toml; a lock file serves as baseline or as constraints.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2005': {
    message: '{file} has no {kind} "{name}"',
    hint: 'It has: {known}',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2006': {
    message: '{file} holds no stack: {reason}',
    hint: 'A stack is read from pylock.toml, Pipfile.lock, a requirements file of pins alone, or a line of: troop stack sample',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2007': {
    message: '{file} is for Python {wanted}, and the target environment is Python {python}',
    hint: 'Choose a Python that the file admits with --python, or correct the file.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2008': {
    message: '{file} is no solver document: {place}: {reason}',
    hint: 'Nothing of it was taken in. A solver document has "metadata" and "result" with a "tree".',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-2009': {
    message: 'stacks cannot be written as {format}: {reason}',
    hint: 'Amun wants --context FILE, a specification without "python" that has at least "base".',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
});
