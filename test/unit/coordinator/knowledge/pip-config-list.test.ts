import { describe, expect, it } from 'vitest';
import { configurationFromCommands, installOptions } from '../../../../shared/pip/pip-config-list.ts';

const help = `  -i, --index-url <url>       Base URL of the Python Package
                              Index (default
                              https://index.example/simple). This
                              should point to a repository`;

describe('pip config list', () => {
  it('is merged as pip install does: environment over install over global, whatever the order of lines', () => {
    const list = [
      ":env:.find-links='/from/env'",
      "download.timeout='99'",
      "global.find-links='/from/global'",
      "global.timeout='5'",
      "install.timeout='6'",
    ].join('\n');
    expect(configurationFromCommands(list, help)).toMatchObject({
      findLinks: ['/from/env'],
      timeoutMs: 6000,
    });
  });

  it('is read with what repr escapes, and values on several lines', () => {
    const options = installOptions(
      `global.extra-index-url='\\nhttps://a.example\\nhttps://b.example'\nglobal.cert="/it's"`,
    );
    expect(options.get('extra-index-url')).toBe('\nhttps://a.example\nhttps://b.example');
    expect(options.get('cert')).toBe("/it's");
    expect(
      configurationFromCommands(
        [...options].map(([key, value]) => `global.${key}=${JSON.stringify(value)}`).join('\n'),
        help,
      ).extraIndexUrls,
    ).toEqual(['https://a.example', 'https://b.example']);
  });

  it('takes the default index from the help of pip install, and fails without one', () => {
    expect(configurationFromCommands('', help).indexUrl).toBe('https://index.example/simple');
    expect(configurationFromCommands("global.index_url='https://own.example'", help).indexUrl).toBe(
      'https://own.example',
    );
    expect(() => configurationFromCommands('', 'no help')).toThrow(SyntaxError);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['no', false],
    ['0', false],
  ])('reads no-index = %s as %s', (text, expected) => {
    expect(configurationFromCommands(`global.no-index='${text}'`, help).noIndex).toBe(expected);
  });
});
