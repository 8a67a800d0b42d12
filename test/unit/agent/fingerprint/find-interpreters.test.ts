import { describe, expect, it } from 'vitest';
import { findInterpreters } from '../../../../agent/fingerprint/find-interpreters.ts';
import { interpretersFact } from '../../../../agent/fingerprint/facts/interpreters.ts';
import { printed, smallMachine } from './recorded-machines.ts';

describe('finding interpreters', () => {
  it('takes each real file once, newest first, from PATH, pyenv, uv and /opt; never a shim', async () => {
    const machine = smallMachine({
      environment: { PATH: '/home/user/.pyenv/shims:/usr/bin:relative', HOME: '/home/user' },
      folders: {
        '/home/user/.pyenv/shims': ['python3', 'python3.12'],
        '/usr/bin': ['python3', 'python3-config', 'python3.11', 'pythonista'],
        '/bin': ['python3'],
        '/home/user/.pyenv/versions': ['3.12.1'],
        '/home/user/.pyenv/versions/3.12.1/bin': ['python', 'python3', 'python3.12'],
        '/home/user/.local/share/uv/python': ['cpython-3.13.1'],
        '/home/user/.local/share/uv/python/cpython-3.13.1/bin': ['python3.13t'],
        '/opt': ['conda'],
        '/opt/conda/bin': ['python3'],
      },
      links: {
        '/home/user/.pyenv/shims/python3': '/home/user/.pyenv/shims/python3',
        '/usr/bin/python3': '/usr/bin/python3.11',
        '/usr/bin/python3.11': '/usr/bin/python3.11',
        '/bin/python3': '/usr/bin/python3.11',
        '/home/user/.pyenv/versions/3.12.1/bin/python3': '/home/user/.pyenv/versions/3.12.1/bin/python3.12',
        '/home/user/.pyenv/versions/3.12.1/bin/python3.12':
          '/home/user/.pyenv/versions/3.12.1/bin/python3.12',
        '/home/user/.local/share/uv/python/cpython-3.13.1/bin/python3.13t':
          '/home/user/.local/share/uv/python/cpython-3.13.1/bin/python3.13t',
        '/opt/conda/bin/python3': '/usr/bin/busybox',
      },
    });
    expect(await findInterpreters(machine)).toEqual({
      paths: [
        '/home/user/.local/share/uv/python/cpython-3.13.1/bin/python3.13t',
        '/home/user/.pyenv/versions/3.12.1/bin/python3.12',
        '/usr/bin/python3.11',
      ],
      leftOut: 0,
    });
  });

  it('asks a bounded number and says how many were left out', async () => {
    const names = Array.from({ length: 99 }, (_, minor) => `python3.${minor}`);
    const links = Object.fromEntries(names.map((name) => [`/usr/bin/${name}`, `/usr/bin/${name}`]));
    const machine = smallMachine({ folders: { '/usr/bin': names }, links });
    const { unknown } = await interpretersFact.collect(machine);
    expect(unknown?.['interpreters: others']).toBe('59 more were found and not asked');
  });

  it.each([
    ['prints nonsense', printed('Python 3.11.2\n'), 'it printed something else than a probe'],
    ['prints another object', printed('{"version": 3}\n'), 'it printed something else than a probe'],
    [
      'fails',
      printed('', 1, 'ImportError: no json\n'),
      '/usr/bin/python3.11 failed with 1: ImportError: no json',
    ],
    [
      'hangs',
      { kind: 'failed', reason: 'did not answer within 15 s' } as const,
      '/usr/bin/python3.11 did not answer within 15 s',
    ],
  ])('leaves out one that %s, with the reason', async (_what, outcome, reason) => {
    const machine = smallMachine({
      folders: { '/usr/bin': ['python3.11'] },
      links: { '/usr/bin/python3.11': '/usr/bin/python3.11' },
      commands: { '/usr/bin/python3.11 -I -S probe-interpreter.py': outcome },
    });
    expect(await interpretersFact.collect(machine)).toEqual({
      interpreters: [],
      unknown: { 'interpreters: /usr/bin/python3.11': reason },
    });
  });
});
