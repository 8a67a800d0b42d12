// pip's configuration out of what its commands print, for a pip whose parser the probe cannot ask: `pip config list`
// (`section.option='value'` lines, as Python's repr writes them) and `pip install --help`, which names the defaults.
import type { PipConfiguration } from './pip-settings.ts';

/** Merges the sections as `pip install` does: `global`, then `install`, then the environment; a later one replaces. */
export function configurationFromCommands(configList: string, installHelp: string): PipConfiguration {
  const options = installOptions(configList);
  const several = (name: string): string[] => (options.get(name) ?? '').split(/\s+/).filter(Boolean);
  const one = (...names: string[]): string | null =>
    names.map((name) => options.get(name)?.trim() ?? '').find((value) => value !== '') ?? null;
  const indexUrl = one('index-url', 'index_url', 'pypi-url') ?? defaultIndex(installHelp);
  if (indexUrl === null) throw new SyntaxError('pip names no default index');
  const timeoutSeconds = Number(one('timeout', 'default-timeout') ?? '15');
  return {
    pipVersion: 'unknown',
    indexUrl,
    extraIndexUrls: several('extra-index-url'),
    findLinks: several('find-links'),
    noIndex: isTrue(one('no-index')),
    certificatePath: one('cert'),
    clientCertificatePath: one('client-cert'),
    proxy: one('proxy'),
    environmentProxies: {},
    trustedHosts: several('trusted-host'),
    timeoutMs: timeoutSeconds > 0 ? Math.min(timeoutSeconds, 3600) * 1000 : 15_000,
    constraints: several('constraint'),
    netrc: new Map(),
  };
}

/** `pip config list` sorts by name, so the order of the lines says nothing: the section does. */
export function installOptions(configList: string): ReadonlyMap<string, string> {
  const bySection = new Map<string, Map<string, string>>();
  for (const line of configList.split('\n')) {
    const match = /^(:env:|[a-z_-]+)\.([a-z_-]+)\s*=(.*)$/i.exec(line);
    const [, section, option, value] = match ?? [];
    if (section === undefined || option === undefined || value === undefined) continue;
    const options = bySection.get(section) ?? new Map<string, string>();
    bySection.set(section, options.set(option.toLowerCase().replaceAll('_', '-'), unquoted(value.trim())));
  }
  return new Map(['global', 'install', ':env:'].flatMap((section) => [...(bySection.get(section) ?? [])]));
}

/** A Python string literal as repr writes it. */
function unquoted(text: string): string {
  const match = /^(['"])(.*)\1$/s.exec(text);
  if (match === null) return text;
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return (match[2] ?? '').replace(/\\(.)/g, (_whole, character: string) => escapes[character] ?? character);
}

/** The help of `--index-url` ends in `(default https://…)`, wrapped anywhere between words. */
function defaultIndex(help: string): string | null {
  const at = help.indexOf('--index-url');
  return at === -1 ? null : (/\(default:?\s+(https?:\/\/[^\s)]+)\)/.exec(help.slice(at))?.[1] ?? null);
}

function isTrue(value: string | null): boolean {
  return value !== null && ['1', 'true', 'yes', 'on'].includes(value.toLowerCase());
}
