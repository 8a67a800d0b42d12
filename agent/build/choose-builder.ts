// uv where it can be had, pip otherwise; and why it is pip.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { StackBuilderOptions } from './build-options.ts';
import type { Builder } from './builder.ts';
import { findUv, type FindUvOptions } from './find-uv.ts';
import { pipBuilder } from './pip-builder.ts';
import { uvBuilder } from './uv-builder.ts';

export interface ChosenBuilder {
  readonly builder: Builder;
  /** Why it is not uv; null when it is. */
  readonly error: TroopError | null;
}

export async function chooseBuilder(
  options: Omit<StackBuilderOptions, 'installer'>,
  find: FindUvOptions,
): Promise<ChosenBuilder> {
  try {
    const { path } = await findUv(find);
    return { builder: uvBuilder({ ...options, uv: path }), error: null };
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    return { builder: pipBuilder(options), error };
  }
}
