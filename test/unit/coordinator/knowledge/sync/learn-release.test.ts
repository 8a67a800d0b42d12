import { describe, expect, it } from 'vitest';
import type { LearnedMetadata } from '../../../../../coordinator/knowledge/metadata/metadata-text.ts';
import {
  learnRelease,
  type LearnedRelease,
} from '../../../../../coordinator/knowledge/sync/learn-release.ts';
import { listProject } from '../../../../../coordinator/knowledge/sync/list-project.ts';
import { canonicalEnvironment } from '../../../../../shared/stack/environment.ts';
import { openTarget } from '../../../../../shared/stack/target.ts';
import { sampleProjectFile } from '../../../../support/sample-project-file.ts';

const target = (python: string): ReturnType<typeof openTarget> =>
  openTarget(canonicalEnvironment({ python, platform: 'linux_x86_64' }));
const best = 'app-1.0-cp311-cp311-manylinux_2_28_x86_64.whl';
const second = 'app-1.0-cp311-cp311-manylinux_2_17_x86_64.whl';
const plain = 'app-1.0-py3-none-any.whl';
const older = 'app-1.0-cp310-cp310-manylinux_2_28_x86_64.whl';
const sdist = 'app-1.0.tar.gz';

function learned(requiresDist: readonly string[], requiresPython: string | null = null): LearnedMetadata {
  return {
    requiresDist,
    requiresPython,
    providesExtra: ['My_Extra', 'my-extra', '!'],
    digest: requiresDist.join(),
    source: 'wheel',
  };
}

/** Learns a release of these files; `known` says what each file tells, an absent one nothing. */
async function learn(
  filenames: readonly string[],
  known: Readonly<Record<string, LearnedMetadata>>,
  options: { pythons?: readonly string[]; each?: boolean } = {},
): Promise<LearnedRelease & { asked: readonly string[] }> {
  const files = filenames.map((filename) => sampleProjectFile(filename));
  const about = { index: 'pip', name: 'app', excludeNewer: null };
  const [listed] = (await listProject(files, about, { pause: () => undefined })).releases;
  if (listed === undefined) throw new Error('nothing listed');
  const asked: string[] = [];
  const result = await learnRelease(listed, {
    targets: (options.pythons ?? ['3.11']).map(target),
    metadataOf: options.each === true ? 'every-environment' : 'one-file',
    learn: async (file) => {
      asked.push(file.filename);
      return known[file.filename] ?? null;
    },
  });
  return { ...result, asked };
}

describe('learning a release', () => {
  it('asks the file that would be installed, and no other', async () => {
    const { release, asked, isUnknown } = await learn([plain, sdist, second, best], {
      [best]: learned(['lib'], '>=3.8'),
    });
    expect(asked).toEqual([best]);
    expect(isUnknown).toBe(false);
    expect(release).toMatchObject({
      requires_dist: ['lib'],
      requires_python: '>=3.8',
      provides_extra: ['my-extra'],
    });
    expect(release.files.find((file) => file.filename === best)?.requires_python).toBe('>=3.8');
    expect(release.files.find((file) => file.filename === plain)?.requires_python).toBeUndefined();
  });

  it('tries one further wheel and then the sdist when a file cannot tell', async () => {
    const { release, asked } = await learn([plain, sdist, second, best], {
      [sdist]: learned(['from-sdist']),
    });
    expect(asked).toEqual([best, second, sdist]);
    expect(release.requires_dist).toEqual(['from-sdist']);
  });

  it('says so when nothing could tell', async () => {
    const { release, isUnknown } = await learn([best, sdist], {});
    expect([isUnknown, release.requires_dist]).toEqual([true, null]);
  });

  it('keeps with a file what only that file says, when each environment is asked', async () => {
    const known = { [best]: learned(['new']), [older]: learned(['old']) };
    const { release, asked } = await learn([best, older], known, { pythons: ['3.11', '3.10'], each: true });
    expect(asked).toEqual([best, older]);
    expect(release.requires_dist).toEqual(['new']);
    expect(release.files.map((file) => [file.filename, file.requires_dist])).toEqual([
      [older, ['old']],
      [best, undefined],
    ]);
  });
});
