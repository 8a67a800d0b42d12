// Errors of the operating system, by their name.

export function isErrnoError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
