// Builds with uv: hard-linked environments in a fraction of a second.
import type { Builder } from './builder.ts';
import { stackBuilder } from './stack-builder.ts';
import type { StackBuilderOptions } from './build-options.ts';
import { uvInstaller } from './uv-installer.ts';

/** `uv`: absolute path of the program. */
export function uvBuilder(
  options: Omit<StackBuilderOptions, 'installer'> & { readonly uv: string },
): Builder {
  const { uv, ...rest } = options;
  return stackBuilder({ ...rest, installer: uvInstaller(uv) });
}
