// One small C extension, built on the spot for different levels of CPU: what a private index of AVX2 builds holds beside
// the public one. Needs gcc and the headers of the interpreter that will import it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { platformWheel } from './e2e-wheels.ts';
import type { MadeFile } from './fake-index-files.ts';

export interface Toolchain {
  /** The interpreter that will import what is built. */
  readonly python: string;
  readonly include: string;
  /** Such as `.cpython-311-x86_64-linux-gnu.so`. */
  readonly suffix: string;
  /** Such as `cp311-cp311-linux_x86_64`. */
  readonly tag: string;
}

export interface ExtensionSource {
  /** Name of the project; its module has the same. */
  readonly name: string;
  readonly version: string;
  /** Of the compiler, such as `-mavx2`. */
  readonly flags: readonly string[];
  /** C that runs while the module is imported. */
  readonly atImport?: string;
}

const ASK = `import json, os, sysconfig
paths = sysconfig.get_paths()
tag = "cp" + sysconfig.get_config_var("py_version_nodot")
print(json.dumps({
  "include": paths["include"] if os.path.exists(os.path.join(paths["include"], "Python.h")) else None,
  "suffix": sysconfig.get_config_var("EXT_SUFFIX"),
  "tag": f"{tag}-{tag}-" + sysconfig.get_platform().replace("-", "_").replace(".", "_"),
}))`;

/** What builds extensions for `python`, or the sentence that says what is missing. */
export async function findToolchain(python: string): Promise<Toolchain | string> {
  const gcc = await runCommand('gcc', ['--version'], { timeoutMs: 30_000 });
  if (gcc.exitCode !== 0) return 'there is no gcc here';
  const asked = await runCommand(python, ['-c', ASK], { timeoutMs: 30_000 });
  if (asked.exitCode !== 0) return `${python} does not answer: ${asked.stderr}`;
  const { include, suffix, tag } = JSON.parse(asked.stdout) as Record<'include' | 'suffix' | 'tag', string>;
  if (include === null) return `the headers of ${python} are not here`;
  return { python, include, suffix, tag };
}

/** `width()` is the size in bytes of the registers that it was compiled for, `run(n)` a sum that can use them. */
const sourceOf = ({ name, atImport = '' }: ExtensionSource): string => `
#include <Python.h>
#ifdef __AVX2__
#define WIDTH 32
#else
#define WIDTH 16
#endif
static float values[4096];
static PyObject *width(PyObject *self, PyObject *none) { return PyLong_FromLong(WIDTH); }
static PyObject *run(PyObject *self, PyObject *argument) {
  long rounds = PyLong_AsLong(argument);
  if (rounds == -1 && PyErr_Occurred()) return NULL;
  float sum = 0;
  for (long round = 0; round < rounds; round++)
    for (int i = 0; i < 4096; i++) { values[i] = values[i] * 0.5f + 1.0f; sum += values[i]; }
  return PyFloat_FromDouble(sum);
}
static PyMethodDef methods[] = {{"width", width, METH_NOARGS, NULL}, {"run", run, METH_O, NULL}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "${name}", NULL, -1, methods};
PyMODINIT_FUNC PyInit_${name}(void) { ${atImport} return PyModule_Create(&module); }
`;

/** Compiles the extension below \`scratch\` and packs it into a wheel. */
export async function extensionWheel(
  scratch: string,
  toolchain: Toolchain,
  source: ExtensionSource,
): Promise<MadeFile> {
  await mkdir(scratch, { recursive: true });
  const [code, library] = [join(scratch, `${source.name}.c`), join(scratch, `${source.name}.so`)];
  await writeFile(code, sourceOf(source));
  const argv = ['-O3', '-ffast-math', '-shared', '-fPIC', `-I${toolchain.include}`, ...source.flags];
  const built = await runCommand('gcc', [...argv, '-o', library, code], { timeoutMs: 60_000 });
  if (built.exitCode !== 0) throw new Error(`gcc: ${built.failure ?? built.stderr}`);
  const { name, version } = source;
  const content = await readFile(library);
  return platformWheel({ name, version, tag: toolchain.tag }, [
    { path: `${name}${toolchain.suffix}`, content },
  ]);
}
