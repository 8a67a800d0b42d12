// A self-signed certificate for 127.0.0.1, made anew: X.509 in DER by hand, as Node can sign but not issue.
import { generateKeyPairSync, sign } from 'node:crypto';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const ecdsaWithSha256 = bytes('300a06082a8648ce3d040302');

export function makeCertificate(commonName: string): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(0x30, der(0x31, der(0x30, bytes('0603550403'), der(0x0c, Buffer.from(commonName)))));
  const subjectIsLoopback = der(
    0x30,
    bytes('0603551d11'),
    der(0x04, der(0x30, der(0x87, bytes('7f000001')))),
  );
  const isAuthority = der(0x30, bytes('0603551d13'), bytes('0101ff'), der(0x04, der(0x30, bytes('0101ff'))));
  const content = der(
    0x30,
    der(0xa0, bytes('020102')),
    bytes('020101'),
    ecdsaWithSha256,
    name,
    der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, subjectIsLoopback, isAuthority)),
  );
  const signature = sign('sha256', content, privateKey);
  const whole = der(0x30, content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}
