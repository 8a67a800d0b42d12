// Passwords that nobody has to type.
import { randomBytes } from 'node:crypto';

/** 192 random bits that need no escaping in a URL or a configuration file. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
