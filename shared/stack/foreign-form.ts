// What pip takes in place of a project of an index. None of it says which versions there are, so none can be sampled; each is
// refused by its name and not as a requirement that is misspelt.

export type ForeignForm = 'a URL' | 'a path' | 'an option';

/** Null for what may be meant as a requirement of PEP 508. */
export function foreignForm(text: string): ForeignForm | null {
  if (/^(?:[a-z+]+:\/\/|(?:git|hg|svn|bzr)\+)/i.test(text)) return 'a URL';
  if (text.startsWith('-')) return 'an option';
  return /[/\\]|^\.{1,2}$/.test(beforeSpecifier(text)) ? 'a path' : null;
}

/** What stands where the name of a project would. */
export function beforeSpecifier(text: string): string {
  return /^[^\s;[\]=<>!~@]+/.exec(text)?.[0] ?? text;
}
