// The broker's address as the operator gives it: `nats://user:password@host:port`, several separated by commas, `tls://`
// for encryption. Credentials are taken out here; what is logged or put into an error never holds them.
import { TroopError } from '../../errors/troop-error.ts';

export interface NatsAddress {
  /** `host:port`, at least one. */
  readonly servers: string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly isEncrypted: boolean;
  /** The address without credentials, for people. */
  readonly shown: string;
}

/** Takes an address apart. Throws TROOP-1002. */
export function parseNatsUrl(text: string): NatsAddress {
  const urls = text.split(',').map((part) => {
    const url = URL.canParse(part.trim()) ? new URL(part.trim()) : null;
    if (url === null || !['nats:', 'tls:'].includes(url.protocol) || url.hostname === '') {
      throw new TroopError('TROOP-1002', {
        what: 'the address of the broker',
        reason: 'nats://host:port is expected',
      });
    }
    return url;
  });
  const servers = urls.map((url) => `${url.hostname}:${url.port === '' ? '4222' : url.port}`);
  const withUser = urls.find((url) => url.username !== '');
  return {
    servers,
    user: withUser === undefined ? undefined : decoded(withUser.username),
    password: withUser === undefined ? undefined : decoded(withUser.password),
    isEncrypted: urls.some((url) => url.protocol === 'tls:'),
    shown: servers.map((server) => `nats://${server}`).join(','),
  };
}

/** The text is not shown: it may be a password. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    const reason = 'a % in user or password is written as %25';
    throw new TroopError('TROOP-1002', { what: 'the address of the broker', reason }, { cause: error });
  }
}
