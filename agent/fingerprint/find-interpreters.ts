// Where Pythons are: PATH, pyenv, uv, the system's own folders, /opt and conda. Each real file once, newest X.Y first,
// at most so many.
import { pathFolders } from './find-on-path.ts';
import type { MachineReader } from './machine-reader.ts';
import { mapBounded } from './run-bounded.ts';

const MAXIMUM_INTERPRETERS = 40;

/** `python3`, `python3.11`, `python3.13t`, `pypy3.10` */
const PROGRAM = /^(?:python|pypy)3(?:\.[0-9]{1,2}t?)?$/;

const FIXED_FOLDERS = ['/usr/bin', '/usr/local/bin', '/bin', '/opt/homebrew/bin'];
/** Folders that hold one installation each, with its programs in `bin`. */
const INSTALLATION_FOLDERS = ['/opt', '/opt/python', '/Library/Frameworks/Python.framework/Versions'];
const HOME_INSTALLATION_FOLDERS = [
  '.pyenv/versions',
  '.local/share/uv/python',
  'miniconda3/envs',
  'miniforge3/envs',
];
const HOME_FOLDERS = ['.local/bin', 'miniconda3/bin', 'miniforge3/bin'];

/** Real paths of the Pythons, without duplicates, and how many were left out for being too many. */
export async function findInterpreters(
  reader: MachineReader,
): Promise<{ readonly paths: readonly string[]; readonly leftOut: number }> {
  const folders = await candidateFolders(reader);
  const programs = (await mapBounded(folders, 8, (folder) => programsIn(reader, folder))).flat();
  const real = await mapBounded(programs, 8, (path) => reader.realPath(path));
  // A name such as python3 leads to python3.11 itself; what leads elsewhere (a launcher, busybox) is no Python.
  const paths = [...new Set(real.filter((path) => path !== null))].filter((path) =>
    PROGRAM.test(path.slice(path.lastIndexOf('/') + 1)),
  );
  const ordered = paths.toSorted((left, right) => minorOf(right) - minorOf(left));
  return {
    paths: ordered.slice(0, MAXIMUM_INTERPRETERS),
    leftOut: Math.max(0, ordered.length - MAXIMUM_INTERPRETERS),
  };
}

async function candidateFolders(reader: MachineReader): Promise<readonly string[]> {
  const home = reader.environment('HOME');
  const homeFolders = home === undefined ? [] : HOME_FOLDERS.map((name) => `${home}/${name}`);
  const pyenv = reader.environment('PYENV_ROOT');
  const parents = [
    ...(pyenv === undefined ? [] : [`${pyenv}/versions`]),
    ...(home === undefined ? [] : HOME_INSTALLATION_FOLDERS.map((name) => `${home}/${name}`)),
    ...INSTALLATION_FOLDERS,
  ];
  const installations = await mapBounded([...new Set(parents)], 4, async (parent) =>
    (await reader.listFolder(parent)).slice(0, 200).map((name) => `${parent}/${name}/bin`),
  );
  // pyenv's shims are scripts that start another of the Pythons found anyway.
  const onPath = pathFolders(reader).filter((folder) => !folder.endsWith('/shims'));
  return [...new Set([...onPath, ...FIXED_FOLDERS, ...homeFolders, ...installations.flat()])];
}

async function programsIn(reader: MachineReader, folder: string): Promise<readonly string[]> {
  const names = (await reader.listFolder(folder)).filter((name) => PROGRAM.test(name));
  return names.map((name) => `${folder}/${name}`);
}

const minorOf = (path: string): number => Number(/3\.([0-9]+)t?$/.exec(path)?.[1] ?? 0);
