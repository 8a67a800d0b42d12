// `troop token create|list|revoke`
import type { CreatedToken, ListedToken } from '../../fleet/tokens.ts';
import { readWholeNumber } from '../../../shared/runtime/settings.ts';
import { tableLines } from '../../../shared/terminal/table.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { openContext, type CommonFlags } from '../command-context.ts';

export interface CreateTokenFlags extends CommonFlags {
  readonly lab: string;
  readonly uses: string;
  readonly ttl: string;
  readonly approve: boolean;
}

/** The token alone on stdout, so that `troop token create > token` makes the file that `troop-agent join` reads. */
export async function createToken(flags: CreateTokenFlags): Promise<number> {
  const { api, terminal, isJson } = await openContext(flags);
  const created = await api.post<CreatedToken>('/tokens', {
    lab: flags.lab,
    uses: readWholeNumber('--uses', flags.uses, 10_000),
    lifeSeconds: secondsOf(flags.ttl),
    autoApprove: flags.approve,
  });
  terminal.out(isJson ? JSON.stringify(created) : created.token);
  if (!isJson) {
    terminal.say(`good for ${flags.uses} machine(s) until ${created.expires_at}; it is not shown again`);
    terminal.say(`on the machine: troop-agent join ${api.url} --token-file FILE && troop-agent run`);
  }
  return 0;
}

export async function listTokens(flags: CommonFlags): Promise<number> {
  const { api, answer, terminal } = await openContext(flags);
  answer(await api.get<{ items: readonly ListedToken[] }>('/tokens'), ({ items }) =>
    tableLines(
      terminal,
      [
        { title: 'id' },
        { title: 'lab' },
        { title: 'uses left', align: 'right' },
        { title: 'approves' },
        { title: 'expires' },
      ],
      items.map((token) => [
        token.id,
        token.lab,
        `${token.uses_left}/${token.uses}`,
        token.auto_approve ? 'yes' : 'no',
        token.expires_at,
      ]),
    ),
  );
  return 0;
}

export async function revokeToken(id: string, flags: CommonFlags): Promise<number> {
  const { api, terminal } = await openContext(flags);
  await api.delete(`/tokens/${encodeURIComponent(id)}`);
  terminal.say(`token ${id} is revoked`);
  return 0;
}

/** `90s`, `30m`, `12h`, `7d`. */
function secondsOf(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2] ?? ''];
  if (match?.[1] === undefined || unit === undefined) {
    throw new TroopError('TROOP-1002', {
      what: '--ttl',
      reason: `'${text}' is no duration such as 30m, 12h or 7d`,
    });
  }
  return Number(match[1]) * unit;
}
