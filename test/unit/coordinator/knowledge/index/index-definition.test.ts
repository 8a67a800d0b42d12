import { describe, expect, it } from 'vitest';
import { Credentials, CredentialStore } from '../../../../../shared/pip/credentials.ts';
import {
  indexUrl,
  namedIndex,
  pipIndex,
} from '../../../../../coordinator/knowledge/index/index-definition.ts';
import { pipConfiguration } from '../../../../support/fake-index-access.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

describe('the index pip', () => {
  it('has every place that pip is configured with, once and without credentials', () => {
    const credentials = new CredentialStore();
    const definition = pipIndex(
      pipConfiguration({
        indexUrl: 'https://me:s3cret@one.example/simple',
        extraIndexUrls: ['file:///mirror/simple', 'https://one.example/simple'],
        findLinks: ['/wheels', 'https://two.example/links.html'],
        netrc: new Map([['two.example', new Credentials('other', 'pass')]]),
      }),
      credentials,
    );
    expect(indexUrl(definition)).toBe(
      'https://one.example/simple file:///mirror/simple file:///wheels https://two.example/links.html',
    );
    expect(definition.members.map((member) => member.kind)).toEqual(['simple', 'simple', 'links', 'links']);
    expect(credentials.for('https://one.example/x')).toBeDefined();
    expect(credentials.for('https://two.example/x')).toBeDefined();
  });

  it('has only links when pip is told to use no index', () => {
    const definition = pipIndex(
      pipConfiguration({ indexUrl: 'https://one.example/simple', noIndex: true, findLinks: ['/wheels'] }),
      new CredentialStore(),
    );
    expect(indexUrl(definition)).toBe('file:///wheels');
  });
});

describe('a named index', () => {
  it('is a name and a place', () => {
    const credentials = new CredentialStore();
    expect(namedIndex('avx2=https://me:s3cret@one.example/simple', credentials)).toEqual({
      name: 'avx2',
      members: [{ kind: 'simple', url: 'https://one.example/simple' }],
    });
    expect(credentials.for('https://one.example/')).toBeDefined();
  });

  it.each([
    'https://me:s3cret@one.example',
    'AVX=https://x.example',
    'pip=https://x.example',
    'x=',
    'x=ftp://me:s3cret@x.example',
    '=https://me:s3cret@x.example',
  ])('is refused when it is %s, without its password', (text) => {
    const error = troopErrorOf(() => namedIndex(text, new CredentialStore()));
    expect(error.code).toBe('TROOP-1113');
    expect(JSON.stringify(error.serialise())).not.toContain('s3cret');
  });

  it('is told to be without an address where there is no equals sign', () => {
    const error = troopErrorOf(() => namedIndex('builds', new CredentialStore()));
    expect(error.message).toContain("there is no '=' in it");
  });
});
