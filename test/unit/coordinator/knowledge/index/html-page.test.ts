import { describe, expect, it } from 'vitest';
import { parseHtmlPage } from '../../../../../coordinator/knowledge/index/html-page.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const url = 'https://index.example/simple/app/';
const sha256 = 'ab'.repeat(32);

describe('an HTML page', () => {
  it('gives an anchor with all that it says', () => {
    const page = parseHtmlPage(
      `<a href="../../files/app-1.0-py3-none-any.whl#sha256=${sha256}" data-requires-python="&gt;=3.8,&lt;4" data-yanked="" data-core-metadata="sha256=${sha256}">x</a>`,
      url,
    );
    expect(page).toEqual({
      unreadable: 0,
      files: [
        {
          filename: 'app-1.0-py3-none-any.whl',
          url: 'https://index.example/files/app-1.0-py3-none-any.whl',
          sha256,
          size: null,
          uploadTime: null,
          requiresPython: '>=3.8,<4',
          yanked: true,
          metadata: { sha256 },
        },
      ],
    });
  });

  it.each([
    ['single quotes', `<A HREF='a-1.0.tar.gz'>x</A>`],
    ['no quotes', `<a href=a-1.0.tar.gz>x</a>`],
    ['line breaks and attributes without values', `<a\n  download\n  href = "a-1.0.tar.gz"\n>x</a>`],
    ['a repeated attribute', `<a href="a-1.0.tar.gz" href="b-1.0.tar.gz">x</a>`],
    ['nothing closed', `<html><body><p><a href="a-1.0.tar.gz">`],
    [
      'comments and scripts around',
      `<!-- <a href="c.whl"> --><script>"<a href='d.whl'>"</script><a href="a-1.0.tar.gz">`,
    ],
    ['a stray less-than', `1 < 2 <a href="a-1.0.tar.gz">x</a>`],
    ['a query', `<a href="a-1.0.tar.gz?token=1">x</a>`],
  ])('is understood with %s', (_name, html) => {
    expect(parseHtmlPage(html, url).files.map((file) => file.filename)).toEqual(['a-1.0.tar.gz']);
  });

  it('honours base, and decodes percent signs in names', () => {
    const html =
      '<base href="https://files.example/x/"><base href="https://wrong.example/"><a href="app-1.0%2Blocal-py3-none-any.whl">x</a>';
    expect(parseHtmlPage(html, url).files[0]).toMatchObject({
      filename: 'app-1.0+local-py3-none-any.whl',
      url: 'https://files.example/x/app-1.0%2Blocal-py3-none-any.whl',
    });
  });

  it('takes the newer key for metadata over the older, and believes no other hash', () => {
    const anchors = [
      'data-dist-info-metadata="true"',
      'data-core-metadata="false" data-dist-info-metadata="true"',
      'data-core-metadata="md5=0"',
    ];
    const html = anchors.map((attribute) => `<a href="a.whl" ${attribute}>x</a>`).join('');
    expect(parseHtmlPage(html, url).files.map((file) => file.metadata)).toEqual([
      { sha256: null },
      null,
      { sha256: null },
    ]);
  });

  it('counts anchors that are no files', () => {
    const html =
      '<a href="../">up</a><a href="mailto:me@x.example">me</a><a href="http://[">x</a><a name="no-href">x</a>';
    expect(parseHtmlPage(html, url)).toEqual({ files: [], unreadable: 3 });
  });

  it('takes user and password out of links', () => {
    const html = '<a href="https://me:s3cret@files.example/a.whl">x</a>';
    expect(parseHtmlPage(html, url).files[0]?.url).toBe('https://files.example/a.whl');
  });

  it('of a later major version is refused', () => {
    const html = '<meta name="pypi:repository-version" content="2.0"><a href="a.whl">x</a>';
    expect(troopErrorOf(() => parseHtmlPage(html, url)).code).toBe('TROOP-1112');
    expect(parseHtmlPage(html.replace('2.0', '1.4'), url).files).toHaveLength(1);
  });
});
