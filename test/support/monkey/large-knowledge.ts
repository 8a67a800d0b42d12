// Large made-up worlds for benchmarks: one with the shape of TensorFlow 2.1's dependency graph (42 projects, 2,870 releases;
// bounds that move on every dozen of releases), and one that is hard on purpose.
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { release } from './knowledge.ts';

const RELEASES = 2_870;

/** Who requires whom, in the manner of TensorFlow's graph: wide and shallow, with a few projects that many ask for. */
const GRAPH: Readonly<Record<string, readonly string[]>> = {
  flow: 'absl astor gast pasta keras-apps keras-prep numpy einsum proto scipy six board estimator termcolor wrapt wheel grpc astunparse buffers clang packaging h5'.split(
    ' ',
  ),
  board:
    'absl grpc auth auth-oauthlib markdown numpy proto requests setuptools six werkzeug wheel data-server plugin'.split(
      ' ',
    ),
  estimator: ['six', 'absl', 'mock'],
  'auth-oauthlib': ['auth', 'requests-oauthlib'],
  'requests-oauthlib': ['oauthlib', 'requests'],
  auth: ['cachetools', 'asn1-modules', 'rsa', 'setuptools', 'six'],
  requests: ['certifi', 'chardet', 'idna', 'urllib'],
  rsa: ['asn1'],
  'asn1-modules': ['asn1'],
  'keras-apps': ['h5', 'numpy'],
  'keras-prep': ['numpy', 'six'],
  h5: ['numpy', 'six'],
  scipy: ['numpy'],
  einsum: ['numpy'],
  markdown: ['metadata', 'setuptools'],
  metadata: ['zipp'],
  packaging: ['parsing', 'six'],
  astunparse: ['six', 'wheel'],
  proto: ['six', 'setuptools'],
  grpc: ['six'],
  absl: ['six'],
  pasta: ['six'],
  mock: ['six'],
};

/** The request is for `flow`. */
export function tensorflowShaped(seed: string): readonly Release[] {
  const random = seededRandom(`tensorflow-shaped/${seed}`);
  const names = [...new Set([...Object.keys(GRAPH), ...Object.values(GRAPH).flat()])];
  const sizes = new Map(sizesOf(names.length, random).map((size, index) => [names[index] ?? '', size]));
  return [...sizes].flatMap(([name, size]) => {
    const steps = new Map((GRAPH[name] ?? []).map((target) => [target, 2 + random.nextBelow(5)]));
    return Array.from({ length: size }, (_, number) =>
      release(
        name,
        versionOf(number),
        [...steps].map(([target, count]) => target + windowOf(number / size, sizes.get(target) ?? 1, count)),
      ),
    );
  });
}

/** The same graph with bounds that jump up and down and have holes, in segments that are not in step: nothing is in order. */
export function hardWorld(seed: string): readonly Release[] {
  const random = seededRandom(`hard/${seed}`);
  const names = [...new Set([...Object.keys(GRAPH), ...Object.values(GRAPH).flat()])];
  const sizes = new Map(sizesOf(names.length, random).map((size, index) => [names[index] ?? '', size]));
  return [...sizes].flatMap(([name, size]) => {
    const bounds = (GRAPH[name] ?? []).map((target) => jumpingBounds(target, sizes.get(target) ?? 1, random));
    return Array.from({ length: size }, (_, number) =>
      release(
        name,
        versionOf(number),
        bounds.map((each) => each[Math.floor((number * each.length) / size)] ?? ''),
      ),
    );
  });
}

function jumpingBounds(target: string, size: number, random: Random): readonly string[] {
  return Array.from({ length: 5 + random.nextBelow(8) }, () => {
    const low = random.nextBelow(Math.ceil(size / 2));
    const hole = low + random.nextBelow(Math.ceil(size / 2));
    return `${target}>=${versionOf(low)},<=${versionOf(low + Math.ceil(size / 2))},!=${versionOf(hole)}`;
  });
}

function versionOf(number: number): string {
  return `${Math.floor(number / 12)}.${number % 12}`;
}

function sizesOf(projects: number, random: Random): readonly number[] {
  const sizes = Array.from({ length: projects }, () => 12 + random.nextBelow(114));
  let rest = RELEASES - sizes.reduce((sum, size) => sum + size, 0);
  for (let project = 0; rest !== 0; project = (project + 1) % projects) {
    const size = sizes[project] ?? 0;
    const step = Math.sign(rest);
    if (size + step >= 10) {
      sizes[project] = size + step;
      rest -= step;
    }
  }
  return sizes;
}

/** A bound that moves up in steps while the project that has it grows older; every other has an upper end too. */
function windowOf(age: number, size: number, steps: number): string {
  const step = Math.floor(age * steps) / steps;
  const low = versionOf(Math.floor(step * size * 0.6));
  const high = versionOf(Math.min(size, Math.floor((step * 0.6 + 0.5) * size)));
  return steps % 2 === 0 ? `>=${low}` : `>=${low},<${high}`;
}
