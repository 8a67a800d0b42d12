import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../../agent/sandbox/redact.ts';

describe('credentials are removed from log text', () => {
  const redact = createRedactor();
  test.each([
    ['https://user:password@host/simple/', 'https://[removed]@host/simple/'],
    ['see https://token@host:8080/x and more', 'see https://[removed]@host:8080/x and more'],
    ['http://u:p@ss@host/a@b', 'http://[removed]@host/a@b'],
    ['git+https://u:p@host/r.git', 'git+https://[removed]@host/r.git'],
    ['Authorization: Bearer abc.def', 'Authorization: [removed]'],
    ['proxy-authorization: Basic dTpw next', 'proxy-authorization: [removed] next'],
    ['GET /x?X-Amz-Signature=abc&a=1', 'GET /x?X-Amz-Signature=[removed]&a=1'],
    ['/x?a=1&access_token=abc#f', '/x?a=1&access_token=[removed]#f'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each(['https://host/a@b', 'numpy @ file:///x/y.whl', 'mail a@b.c', '--hash=sha256:abc'])(
    '%s stays as it is',
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );
});

test('given secrets go in every usual spelling, longer ones first', () => {
  const redact = createRedactor(['s3cret', 's3cret/longer', 'abc']);
  const base64 = Buffer.from('s3cret').toString('base64');
  expect(redact(`s3cret/longer s3cret%2Flonger s3cret ${base64} abc`)).toBe(
    '[removed] [removed] [removed] [removed] abc',
  );
});

test('one long word takes no longer than its length', () => {
  const word = 'a.'.repeat(2 * 1024 ** 2);
  expect(createRedactor()(word)).toBe(word);
});
