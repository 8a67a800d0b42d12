// An `nvidia-smi` that is a program of its own, for everything that reads the real one through PATH. It answers as the
// tool's manual says; no GPU is behind it, so nothing that passes with it is proven on a real one.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeGpu {
  readonly name: string;
  readonly uuid: string;
  readonly memoryMebibytes: number;
  /** Such as `8.6`. */
  readonly compute: string;
}

export interface FakeDriver {
  readonly driver: string;
  /** As the header says it. */
  readonly cuda: string;
  readonly gpus: readonly FakeGpu[];
}

/** What else such a tool does: never answers, prints rubbish, finds no driver to talk to, answers questions only. */
export type Trouble = 'hangs' | 'garbage' | 'no-driver' | 'header-hangs';

export const EXAMPLE_DRIVER: FakeDriver = {
  driver: '560.35.03',
  cuda: '12.6',
  gpus: [
    {
      name: 'NVIDIA GeForce RTX 4090',
      uuid: 'GPU-00000000-0000-0000-0000-000000000001',
      memoryMebibytes: 24_564,
      compute: '8.9',
    },
  ],
};

/** Writes the program into `directory`, which is to be put on a PATH; gives the directory. */
export async function fakeNvidiaSmi(
  directory: string,
  machine: FakeDriver = EXAMPLE_DRIVER,
  trouble: Trouble | null = null,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'nvidia-smi');
  await writeFile(path, trouble === null ? working(machine, header(machine)) : TROUBLES[trouble](machine));
  await chmod(path, 0o755);
  return directory;
}

const HANG = 'trap "" TERM; sleep 3600; exit 0';

const TROUBLES: Readonly<Record<Trouble, (machine: FakeDriver) => string>> = {
  hangs: () => `#!/bin/sh\n${HANG}\n`,
  garbage: () => '#!/bin/sh\nprintf "\\377\\000 | + not a table\\n;;;\\n"\n',
  'no-driver': () => `#!/bin/sh\necho "${NO_DRIVER}"\nexit 9\n`,
  'header-hangs': (machine) => working(machine, HANG),
};

const NO_DRIVER =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.";

const header = ({ driver, cuda }: FakeDriver): string =>
  `echo "| NVIDIA-SMI ${driver}     Driver Version: ${driver}     CUDA Version: ${cuda} |"`;

function working(machine: FakeDriver, withoutQuestion: string): string {
  const rows = machine.gpus.map((gpu) => {
    const cells: readonly (readonly [string, string])[] = [
      ['name', gpu.name],
      ['uuid', gpu.uuid],
      ['memory.total', String(gpu.memoryMebibytes)],
      ['driver_version', machine.driver],
      ['compute_cap', gpu.compute],
    ];
    const cases = cells.map(([field, value]) => `      ${field}) cell='${value}' ;;`).join('\n');
    return `  line=''
  for field in $fields; do
    case "$field" in
${cases}
      *) printf 'Field "%s" is not a valid field to query.\\n\\n' "$field"; exit 2 ;;
    esac
    line="\${line:+$line, }$cell"
  done
  printf '%s\\n' "$line"`;
  });
  return `#!/bin/sh
case "$1" in
--version) echo 'NVIDIA-SMI version  : ${machine.driver}' ;;
--query-gpu=*)
  fields=$(printf '%s' "\${1#--query-gpu=}" | tr ',' ' ')
${rows.join('\n')}
  ;;
*) ${withoutQuestion} ;;
esac
`;
}
