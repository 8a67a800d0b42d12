// Amun inspection specifications: the context that people give (base image, script, batch size, resources) with the stack
// as `python`. Amun's `POST /inspect` takes each of them.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { FormatContext, StackFormat } from './stack-format.ts';
import { thothProject, type ThothProject } from './thoth-project.ts';

export type AmunSpecification = Readonly<Record<string, unknown>> & { readonly python: ThothProject };

/**
 * Checks the text of a context file.
 * @throws TROOP-2009 when it is no object, lacks `base`, or has a `python` of its own
 */
export function amunContext(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable('the context is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unusable('the context is no object');
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const base = fields.get('base');
  if (typeof base !== 'string' || base === '') throw unusable('the context has no "base"');
  if (fields.has('python')) throw unusable('the context has a "python" of its own');
  return Object.fromEntries(fields);
}

/** @throws TROOP-2009 without a context, TROOP-1819 when a package has no hash */
export function amunSpecification(stack: LockedStack, context: FormatContext): AmunSpecification {
  if (context.amun === undefined) throw unusable('no context is given');
  return { ...context.amun, python: thothProject(stack, context) };
}

const unusable = (reason: string): TroopError => new TroopError('TROOP-2009', { format: 'amun', reason });

export const amunFormat: StackFormat = {
  name: 'amun',
  summary: 'Amun specifications; needs --context',
  text: (stack, context) => `${JSON.stringify(amunSpecification(stack, context))}\n`,
  files: (stack, number, context) => [
    {
      path: `${number}/specification.json`,
      text: `${JSON.stringify(amunSpecification(stack, context), null, 2)}\n`,
    },
  ],
};
