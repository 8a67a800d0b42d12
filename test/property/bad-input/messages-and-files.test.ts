// Bytes off the wire, campaign files, index pages and metadata, damaged in every way: an answer or an error of the
// catalogue, never anything else, and never a wait.
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { parseCampaignFile } from '../../../coordinator/campaign/campaign-file.ts';
import { defineCampaign } from '../../../coordinator/campaign/define-campaign.ts';
import { parseHtmlPage } from '../../../coordinator/knowledge/index/html-page.ts';
import { parseJsonPage } from '../../../coordinator/knowledge/index/json-page.ts';
import { parseMetadata } from '../../../coordinator/knowledge/metadata/metadata-text.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { claimReply, claimRequest } from '../../../shared/protocol/claim-message.ts';
import { controlMessage } from '../../../shared/protocol/control-message.ts';
import { openEnvelope, seal } from '../../../shared/protocol/envelope.ts';
import { heartbeat, heartbeatReply } from '../../../shared/protocol/heartbeat-message.ts';
import { offerMessage } from '../../../shared/protocol/offer-message.ts';
import { renewReply, renewRequest } from '../../../shared/protocol/renew-message.ts';
import {
  blockMessage,
  buildMessage,
  endMessage,
  logMessage,
} from '../../../shared/protocol/trial-messages.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';

/** Whether the input was read; what is not of the catalogue is thrown on. */
function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof TroopError) return false;
    throw error;
  }
}

const BODIES = [
  claimRequest,
  claimReply,
  controlMessage,
  heartbeat,
  heartbeatReply,
  offerMessage,
  renewRequest,
  renewReply,
  buildMessage,
  blockMessage,
  endMessage,
  logMessage,
];

describe('a message', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const header = { id: 'j.1.end.0', cause: null, at: '2026-01-01T00:00:00Z', from: 'a', kind: 'end' };
  const whole = Buffer.from(seal(header, { text: 'x'.repeat(40), list: [1, 2, { a: null }] }, privateKey));

  it('with any bytes changed is opened or refused', () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, (changed) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changed) bytes[at] = byte;
        expect(typeof isRead(() => openEnvelope(bytes))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(3000) },
    );
  });

  it.each(BODIES.map((body) => [body.kind, body] as const))(
    'of %s, of any bytes or value, is read or refused',
    (_kind, body) => {
      const value = fc.anything({ withBigInt: false, maxDepth: 3, withNullPrototype: false });
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 120 }),
        fc.uint8Array({ maxLength: 60 }).map((rest) => Uint8Array.of(0xc1, ...rest)),
        value.map((each) => Uint8Array.from(pack(each))),
      );
      fc.assert(
        fc.property(bytes, (input) => {
          expect(typeof isRead(() => body.decode(input))).toBe('boolean');
        }),
        { numRuns: fuzzRuns(500) },
      );
    },
  );
});

const CAMPAIGN =
  'name: one\nrequirements: ["six>=1"]\nlanes: [any, avx2]\nenvironments: [{python: "3.11", variables: {A: "1"}}]\n' +
  'sampling: {strategy: uniform, count: 20, seed: 7}\nbenchmarks:\n  - {indicator: matmul, parameters: {size: 512}}\n' +
  'trial: {stacks: 3, blocks: 8}\nbudget: {machineHours: 4}\ncontinuous: {every: 24h}\n';
const PIECES = [
  '',
  '&a ',
  '*a',
  '!!js/x ',
  '<<: ',
  '? ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  ': ',
  '|',
  '>',
  '#',
  '"',
  "'",
  '\t',
  '\n',
  '---\n',
  '%',
  '@',
  '\0',
  '.nan',
  '1e999',
  'null',
  '~',
  '__proto__: ',
  '\ud800',
];

const damaged = (seed: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.nat(seed.length),
        fc.nat(10),
        fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })),
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((cuts) =>
      cuts.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), seed),
    );

describe('a campaign', () => {
  it('file that is damaged is read or refused, and what is read is defined or refused', () => {
    fc.assert(
      fc.property(fc.oneof(damaged(CAMPAIGN), fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
        expect(typeof isRead(() => defineCampaign(parseCampaignFile(text)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(1500) },
    );
  });

  it('request of any JSON is defined or refused', () => {
    const keys = fc.constantFrom(
      'name',
      'requirements',
      'lanes',
      'environments',
      'sampling',
      'benchmarks',
      'baseline',
      'limits',
    );
    const request = fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 })).map((changes) => {
      return { name: 'one', requirements: ['six'], benchmarks: [{ indicator: 'hello' }], ...changes };
    });
    fc.assert(
      fc.property(fc.oneof(request, fc.jsonValue()), (value) => {
        expect(typeof isRead(() => defineCampaign(value))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it.each(['[', '{', '- ', '"', 'a: ', '&a ', '? ', '|\n ', '# x\n', '- a\n', ' '])(
    'file of %j again and again is refused without a wait',
    { timeout: 30_000 },
    (part) => {
      expect(isRead(() => parseCampaignFile(part.repeat(20_000)))).toBe(false);
    },
  );
});

const URL_OF_PAGE = 'https://index.example/simple/six/';
const HTML =
  '<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.0"></head><body><!-- c -->' +
  '<a href="six-1.0.tar.gz#sha256=aa" data-requires-python="&gt;=3" data-yanked="x">six-1.0.tar.gz</a><br></body></html>';
const JSON_PAGE =
  '{"meta":{"api-version":"1.1"},"name":"six","files":[{"filename":"six-1.0.tar.gz","url":"six-1.0.tar.gz","hashes":' +
  '{"sha256":"aa"},"size":1,"upload-time":"2024-01-01T00:00:00Z","yanked":false,"core-metadata":{"sha256":"bb"}}]}';
const METADATA =
  'Metadata-Version: 2.1\nName: six\nVersion: 1.0\nRequires-Dist: a>=1 ; extra == "x"\nProvides-Extra: x\n' +
  'Requires-Python: >=3\nDescription: a\n        b\n\nbody\n';

const PAGES = [
  ['HTML page', HTML, (text: string) => parseHtmlPage(text, URL_OF_PAGE)],
  ['JSON page', JSON_PAGE, (text: string) => parseJsonPage(text, URL_OF_PAGE)],
  ['METADATA', METADATA, (text: string) => parseMetadata(text)],
] as const;

describe.each(PAGES)('%s', (_name, seed, read) => {
  it('that is damaged is read or refused', () => {
    expect(isRead(() => read(seed))).toBe(true);
    fc.assert(
      fc.property(fc.oneof(damaged(seed), fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
        expect(typeof isRead(() => read(text))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(1500) },
    );
  });

  // Were a reader quadratic in one of these, it would take minutes: the time limit of the test is the proof.
  it('that is hostile is read or refused without a wait', { timeout: 60_000 }, () => {
    const parts = [
      '<',
      '<a ',
      '<a href="',
      '<!--',
      '<script>',
      '</',
      '&',
      '&#',
      '&amp',
      '"',
      '=',
      ' ',
      '<a href=x>',
      '<a x="',
      '[',
      '{"a":',
      'A: b\n',
      '\n ',
      ' \n',
      'Requires-Dist: a\n',
      '\r',
    ];
    for (const part of parts) {
      for (const text of [
        part.repeat(100_000),
        seed.slice(0, 40) + part.repeat(100_000),
        part.repeat(100_000) + seed,
      ]) {
        expect(typeof isRead(() => read(text))).toBe('boolean');
      }
    }
  });
});
