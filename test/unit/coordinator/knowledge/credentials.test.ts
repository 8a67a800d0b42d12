import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  Credentials,
  CredentialStore,
  resolveLink,
  separateCredentials,
  withoutCredentials,
} from '../../../../shared/pip/credentials.ts';

describe('credentials', () => {
  it('show themselves to the wire alone', () => {
    const credentials = new Credentials('me', 's3cret');
    expect(credentials.basicAuthorization()).toBe(`Basic ${Buffer.from('me:s3cret').toString('base64')}`);
    const shown = [
      String(credentials),
      JSON.stringify({ credentials }),
      inspect({ credentials }, { showHidden: true }),
    ];
    for (const text of shown) expect(text).not.toMatch(/s3cret|bWU6/);
  });

  it('are taken out of a URL, with what percent signs hide', () => {
    const { url, credentials } = separateCredentials('https://me%40lab:s%2Fcret@index.example/simple/#part');
    expect(url).toBe('https://index.example/simple/');
    expect(credentials?.basicAuthorization()).toBe(new Credentials('me@lab', 's/cret').basicAuthorization());
    expect(separateCredentials('https://index.example/simple').credentials).toBeNull();
  });

  it('are hidden with the whole text when it is no URL', () => {
    expect(withoutCredentials('me:s3cret@index')).not.toContain('s3cret');
    expect(() => separateCredentials('//me:s3cret@index')).toThrow('not an absolute');
  });

  it('belong to one origin: scheme, host and port', () => {
    const store = new CredentialStore();
    const credentials = new Credentials('me', 's3cret');
    store.add('https://index.example/simple', credentials);
    expect(store.for('https://index.example/other')).toBe(credentials);
    for (const other of ['http://index.example/', 'https://index.example:8443/', 'https://files.example/']) {
      expect(store.for(other)).toBeUndefined();
    }
  });
});

describe('a link', () => {
  it('is resolved without user and fragment, or is none', () => {
    const base = 'https://index.example/simple/app/';
    expect(resolveLink('../../files/a.whl#sha256=00', base)).toBe('https://index.example/files/a.whl');
    expect(resolveLink('https://me:s3cret@index.example/a.whl', base)).toBe('https://index.example/a.whl');
    expect(resolveLink('http://[broken', base)).toBeNull();
    expect(resolveLink('ftp://index.example/a.whl', base)).toBeNull();
  });

  it('leads to a file of this machine from a page of this machine alone', () => {
    const file = 'file:///srv/wheels/a.whl';
    expect(resolveLink(file, 'https://index.example/simple/app/')).toBeNull();
    expect(resolveLink(file, 'file:///srv/simple/app/index.html')).toBe(file);
    expect(resolveLink('../a.whl', 'file:///srv/simple/app/index.html')).toBe('file:///srv/simple/a.whl');
  });
});
