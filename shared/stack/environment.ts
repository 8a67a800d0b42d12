// The target environment: what a stack is resolved for. It is canonical, so that one stack is one stack on every
// machine: implementation, Python X.Y and platform tag decide everything; markers that ask for a kernel's release or
// version see empty strings unless the campaign gives them.

export interface TargetEnvironment {
  readonly implementation: 'cpython';
  /** X.Y, such as `3.11`. */
  readonly python: string;
  /**
   * Platform tag with underscores: `linux_x86_64` (any Linux with glibc of at least 2.28), `manylinux_2_36_x86_64`,
   * `musllinux_1_2_x86_64`, `linux_aarch64`, `macosx_14_0_arm64`.
   */
  readonly platform: string;
  /** Marker values that the campaign gives beyond the canonical ones, such as `platform_release`. */
  readonly markers?: Readonly<Record<string, string>>;
  /** Environment variables of the measured processes: a factor of the campaign. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Container image reference: a factor of the campaign. */
  readonly image?: string;
}
