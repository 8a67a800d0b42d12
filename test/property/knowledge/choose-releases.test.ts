// Which releases a sync takes must not depend on the order in which the walk meets requirements, nor leave a requirement
// without a release that exists for it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choiceRules, createChooser } from '../../../coordinator/knowledge/sync/choose-releases.ts';
import { listProject, type ProjectListing } from '../../../coordinator/knowledge/sync/list-project.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { parseSpecifierSet, specifierAllows } from '../../../shared/stack/specifier.ts';
import { openTarget } from '../../../shared/stack/target.ts';
import { sampleProjectFile } from '../../support/sample-project-file.ts';

const environments = ['3.9', '3.11'].map((python) =>
  canonicalEnvironment({ python, platform: 'linux_x86_64' }),
);
const targets = environments.map(openTarget);
const breather = { pause: () => undefined };
const versions = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5 })).map((parts) => parts.join('.')),
  { minLength: 1, maxLength: 12 },
);
const tags = fc.constantFrom(
  'py3-none-any',
  'cp39-cp39-manylinux_2_17_x86_64',
  'cp311-cp311-manylinux_2_17_x86_64',
  'cp311-cp311-win_amd64',
);
const demandTexts = fc.array(
  fc
    .tuple(
      fc.constantFrom('<', '>=', '==', '!=', '<='),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([operator, major, minor]) => `${operator}${major}.${minor}`),
  { maxLength: 5 },
);

function listing(made: readonly string[], tagsOfVersion: readonly string[]): Promise<ProjectListing> {
  const files = made.map((version, position) => {
    const filename = `app-${version}-${tagsOfVersion[position % tagsOfVersion.length] ?? 'py3-none-any'}.whl`;
    return sampleProjectFile(filename, { yanked: position % 5 === 4 });
  });
  return listProject(files, { index: 'pip', name: 'app', excludeNewer: null }, breather);
}

describe('choosing releases', () => {
  it('does not depend on the order of requirements, and serves each that can be served', async () => {
    await fc.assert(
      fc.asyncProperty(
        versions,
        fc.array(tags, { minLength: 1 }),
        demandTexts,
        fc.integer({ min: 1, max: 4 }),
        async (made, tagsOfVersion, texts, latest) => {
          const listed = await listing(made, tagsOfVersion);
          const rules = choiceRules({ requirements: [], environments, indexes: [], latest }, targets, []);
          const demands = texts.map((text) => parseSpecifierSet(text));
          const chosen = (await createChooser(rules, breather)(listed, demands)).releases;
          const reversed = (await createChooser(rules, breather)(listed, demands.toReversed())).releases;
          expect(reversed).toEqual(chosen);
          const all = (await createChooser({ ...rules, latest: Infinity }, breather)(listed, [])).releases;
          const base = (await createChooser(rules, breather)(listed, [])).releases;
          expect(base.every((release) => chosen.includes(release))).toBe(true);
          for (const demand of demands) {
            const allows = (from: typeof all): boolean =>
              from.some((item) => specifierAllows(demand, item.version));
            expect(allows(chosen)).toBe(allows(all));
          }
        },
      ),
    );
  });
});
