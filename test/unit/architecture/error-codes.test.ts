import { beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../../shared/errors/catalogue.ts';
import type { CatalogueEntry } from '../../../shared/errors/entry.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { sourceFiles, type SourceFile } from '../../support/source-files.ts';

/** The hundreds of each area's codes. */
const AREAS: Readonly<Record<string, string>> = {
  general: '10',
  knowledge: '11',
  fleet: '12',
  campaign: '13',
  build: '14',
  benchmark: '15',
  store: '16',
  broker: '17',
  stack: '18',
  monkey: '19',
  formats: '20',
};

const entries = Object.entries<CatalogueEntry>(catalogue);
let areas: readonly SourceFile[];
let users: readonly SourceFile[];

beforeAll(async () => {
  areas = await sourceFiles(['shared/errors/codes']);
  const all = await sourceFiles(['coordinator', 'agent', 'shared', 'test'], ['.ts', '.sql', '.py', '.sh']);
  users = all.filter(({ path }) => !path.startsWith('shared/errors/codes/'));
});

const definedIn = ({ text }: SourceFile): readonly string[] =>
  [...text.matchAll(/^ {2}'(TROOP-\d+)':/gm)].map((match) => match[1] ?? '');

describe('the error catalogue', () => {
  it('has every code once, in the file of its hundred', () => {
    const defined = areas.flatMap(definedIn);
    expect(defined.toSorted()).toEqual(entries.map(([code]) => code).toSorted());
    for (const area of areas) {
      const name = area.path.replace(/^.*\/|\.ts$/g, '');
      const strangers = definedIn(area).filter((code) => !code.startsWith(`TROOP-${AREAS[name] ?? '??'}`));
      expect({ name, strangers }).toEqual({ name, strangers: [] });
    }
  });

  it('says what happened, in one sentence without a full stop, and what to do', () => {
    const wrong = entries.filter(
      ([, { message, hint }]) => message.trim() === '' || message.endsWith('.') || hint.trim() === '',
    );
    expect(wrong.map(([code]) => code)).toEqual([]);
  });

  it('has statuses that belong to errors', () => {
    for (const [code, { exitCode, httpStatus }] of entries) {
      expect({ code, isError: httpStatus >= 400 && httpStatus < 600, exitCode }).toEqual({
        code,
        isError: true,
        exitCode: expect.toSatisfy((value: number) => [1, 2, 3, 4, 5, 6, 8].includes(value)) as number,
      });
    }
  });

  it('holds every code that is named anywhere', () => {
    const unknown = users.flatMap(({ path, text }) =>
      [...text.matchAll(/TROOP-\d{4}\b/g)]
        .map((match) => match[0])
        .filter((code) => !Object.hasOwn(catalogue, code))
        .map((code) => `${path} ${code}`),
    );
    // The example of an unknown code in tests about reading them.
    expect(unknown.filter((one) => !one.endsWith('TROOP-9999') && !one.endsWith('TROOP-0000'))).toEqual([]);
  });

  it('fills facts in, and keeps a missing one visible', () => {
    const error = new TroopError('TROOP-1005', { what: 'agent' });
    expect(error.message).toBe('agent {name} is not known');
    expect(error.hint).toBe("'troop agent list' shows what there is");
    expect(error.serialise()).toMatchObject({
      code: 'TROOP-1005',
      retryable: false,
      facts: { what: 'agent' },
    });
  });
});
