// The form of options that hold for all projects and differ for some: `allow`, `allow,torch=disallow` or `torch=disallow`.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { normalizeName } from '../../../../shared/stack/name.ts';

export interface PerProject {
  /** Null: nothing is said of all projects. */
  readonly all: string | null;
  /** By normalised name. */
  readonly of: Readonly<Record<string, string>>;
}

/** @throws TROOP-1002, TROOP-1801 */
export function readPerProject(text: string, what: string): PerProject {
  const refuse = (reason: string): never => {
    throw new TroopError('TROOP-1002', { what, reason });
  };
  let all: string | null = null;
  const of = new Map<string, string>();
  for (const part of text.split(',').map((word) => word.trim())) {
    const [, project, choice] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    if (project === undefined || choice === undefined) {
      if (all !== null) refuse(`'${text}' has two words for all projects`);
      all = part;
    } else {
      const name = normalizeName(project.trim());
      if (of.has(name)) refuse(`'${text}' names ${name} twice`);
      of.set(name, choice.trim());
    }
  }
  return { all, of: Object.fromEntries(of) };
}
