// Another machine as far as the network is concerned: a network namespace joined to this one by a pair of virtual
// interfaces. Its addresses are of a network reserved for documentation (RFC 5737), so that they lead nowhere else.
import { randomBytes } from 'node:crypto';
import { runCommand } from '../../shared/runtime/run-command.ts';

export interface NetworkNamespace {
  /** Of our end. */
  readonly address: string;
  /** What to put before a command to run it there. */
  readonly prefix: readonly string[];
  remove(): Promise<void>;
}

const IP = { timeoutMs: 10_000 };

async function ip(...argv: readonly string[]): Promise<void> {
  const { exitCode, stderr, failure } = await runCommand('ip', argv, IP);
  if (exitCode !== 0) throw new Error(`ip ${argv.join(' ')}: ${failure ?? stderr.trim()}`);
}

/** Gives the namespace, or the sentence that says why there can be none. */
export async function openNamespace(): Promise<NetworkNamespace | string> {
  const mark = randomBytes(3).toString('hex');
  const name = `troop-e2e-${mark}`;
  const [near, far] = [`tr${mark}a`, `tr${mark}b`];
  // A network of four addresses for each of 64: two runs on one machine rarely meet.
  const third = randomBytes(1).readUInt8() & 0xfc;
  const [ours, theirs] = [`198.51.100.${third + 1}`, `198.51.100.${third + 2}`];
  const remove = async (): Promise<void> => {
    // Its end of the pair, and with it ours, goes with the namespace.
    await ip('netns', 'delete', name);
  };
  try {
    await ip('netns', 'add', name);
  } catch (error) {
    return `no network namespace can be made here: ${error instanceof Error ? error.message : String(error)}`;
  }
  try {
    await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far);
    await ip('link', 'set', far, 'netns', name);
    await ip('address', 'add', `${ours}/30`, 'dev', near);
    await ip('link', 'set', near, 'up');
    await ip('-n', name, 'address', 'add', `${theirs}/30`, 'dev', far);
    await ip('-n', name, 'link', 'set', far, 'up');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  } catch (error) {
    await remove();
    return `no virtual interfaces can be made here: ${error instanceof Error ? error.message : String(error)}`;
  }
  return { address: ours, prefix: ['ip', 'netns', 'exec', name], remove };
}
