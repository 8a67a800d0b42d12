// Builds with the pip of the base interpreter, where there is no uv.
import type { Builder } from './builder.ts';
import { pipInstaller } from './pip-installer.ts';
import { stackBuilder } from './stack-builder.ts';
import type { StackBuilderOptions } from './build-options.ts';

export function pipBuilder(options: Omit<StackBuilderOptions, 'installer'>): Builder {
  return stackBuilder({ ...options, installer: pipInstaller() });
}
