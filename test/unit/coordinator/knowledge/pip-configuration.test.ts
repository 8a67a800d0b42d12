import { describe, expect, it } from 'vitest';
import { parseProbe } from '../../../../shared/pip/pip-configuration.ts';

const whole = {
  pip: '24.0',
  index_url: 'https://index.example/simple',
  extra_index_urls: ['https://a.example/simple https://b.example/simple', 'https://c.example/simple'],
  find_links: ['/a\n/b'],
  no_index: false,
  cert: '/ca.pem',
  client_cert: null,
  proxy: null,
  environment_proxies: { https: 'http://proxy.example:3128', no: 'localhost' },
  trusted_hosts: ['h.example'],
  timeout: 15,
  constraints: ['c.txt'],
  netrc: { 'index.example': ['me', 's3cret'] },
};

describe('the answer of the probe', () => {
  it('is read field by field, values parted by white space', () => {
    const configuration = parseProbe(`${JSON.stringify(whole)}\n`);
    expect(configuration).toMatchObject({
      extraIndexUrls: ['https://a.example/simple', 'https://b.example/simple', 'https://c.example/simple'],
      findLinks: ['/a', '/b'],
      certificatePath: '/ca.pem',
      clientCertificatePath: null,
      environmentProxies: { https: 'http://proxy.example:3128', no: 'localhost' },
      timeoutMs: 15_000,
    });
    expect([...configuration.netrc.keys()]).toEqual(['index.example']);
  });

  it('may leave out what is not configured', () => {
    const configuration = parseProbe('{"index_url":"https://index.example/simple"}');
    expect(configuration).toMatchObject({
      findLinks: [],
      proxy: null,
      environmentProxies: {},
      timeoutMs: 15_000,
    });
  });

  it.each(['', 'Traceback', '[]', 'null', '{}'])('is refused when it is %j', (text) => {
    expect(() => parseProbe(text)).toThrow(SyntaxError);
  });
});
