// Reads a `Pipfile.lock` into pins: the packages of its section `default`. https://github.com/pypa/pipfile (specification 6)
import { TroopError } from '../../errors/troop-error.ts';
import { parseMarker } from '../marker.ts';
import { normalizeName } from '../name.ts';
import { FieldReader } from '../snapshot-fields.ts';
import { parseJsonDocument, placeOf, readingDocument } from './document.ts';
import { sha256Of, type LockedPin, type LockedPins } from './locked-pins.ts';
import { shortPython } from './read-pylock.ts';

/** Keys of a package that comes from no index. */
export const FOREIGN_KEYS = ['git', 'hg', 'svn', 'bzr', 'path', 'file', 'editable', 'url', 'uri'] as const;

/**
 * A pin that names no index is of the first source.
 * @throws TROOP-2001 with the place, TROOP-2002 with the package
 */
export function parsePipfileLock(text: string, file = 'Pipfile.lock'): LockedPins {
  const document = parseJsonDocument(text, file);
  return readingDocument(file, () => {
    const meta = document.optionalObject('_meta');
    const section = document.optionalObject('default');
    if (meta === null || section === null) {
      const reason = 'it has no "_meta" or no "default"';
      throw new TroopError('TROOP-2001', { file, place: 'the top', reason });
    }
    const sources = meta.has('sources') ? meta.objects('sources').map((one) => one.string('name')) : [];
    const requires = meta.optionalObject('requires');
    const python =
      requires?.optionalString('python_version') ?? requires?.optionalString('python_full_version');
    const pins = section.names.map((name) => {
      const place = `default.${name}`;
      const read = (): LockedPin =>
        readEntry(name, section.value(name), { text, file, index: sources[0] ?? null });
      return readingDocument(file, read, place);
    });
    const environment =
      python === undefined
        ? {}
        : { python: readingDocument(file, () => shortPython(python), '_meta.requires') };
    return { pins, environment };
  });
}

interface EntryContext {
  readonly text: string;
  readonly file: string;
  readonly index: string | null;
}

function readEntry(written: string, value: unknown, { text, file, index }: EntryContext): LockedPin {
  const name = normalizeName(written);
  const fields = FieldReader.of(value, written);
  const foreign = FOREIGN_KEYS.find((key) => fields.has(key));
  if (foreign !== undefined) {
    const place = placeOf(text, JSON.stringify(written), `default.${written}`);
    throw new TroopError('TROOP-2002', { file, place, what: `${name} with "${foreign}"` });
  }
  const version = /^={2}\s*(\S+)$/.exec(fields.string('version').trim())?.[1];
  if (version === undefined) {
    throw new TroopError('TROOP-2001', { file, place: `default.${written}`, reason: '"version" is not ==X' });
  }
  const markers = fields.optionalString('markers');
  return {
    name,
    version,
    index: fields.optionalString('index') ?? index,
    extras: fields.nullableStrings('extras') ?? [],
    variant: null,
    sha256: sha256Of(fields.nullableStrings('hashes') ?? []),
    marker: markers === undefined ? null : parseMarker(markers),
  };
}
