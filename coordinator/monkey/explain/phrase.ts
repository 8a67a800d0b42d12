// Incompatibilities in words.
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { at } from '../space/at.ts';
import { difference, has, membersOf } from '../space/bit-set.ts';
import type { Candidate } from '../space/candidate.ts';
import { EXCLUSION_LABELS, type ExclusionReason } from '../space/exclusion.ts';
import { isSelector } from '../space/model.ts';
import { requirementAllows } from '../space/requirement-allows.ts';
import type { StateSpace } from '../space/state-space.ts';
import { absentValue, everything, type Incompatibility } from './incompatibility.ts';

/** What an incompatibility says, as the middle of a sentence. */
export function phrase(space: StateSpace, incompatibility: Incompatibility): string {
  const { cause } = incompatibility;
  switch (cause.kind) {
    case 'request':
      return `the request asks for ${cause.text}${whyNothing(space, incompatibility, cause)}`;
    case 'pin':
      return `the pin is ${cause.text}${whyNothing(space, incompatibility, cause)}`;
    case 'constraint':
      return `the constraint ${cause.text} holds`;
    case 'dependency':
      return phraseDependency(space, incompatibility, cause.holder, cause.requirement);
    case 'link':
    case 'given':
    case 'derived':
      return phraseTerms(space, incompatibility);
  }
}

/** Where nothing at all is what was asked for. */
function whyNothing(
  space: StateSpace,
  { terms }: Incompatibility,
  { target, text }: { readonly target: number; readonly text: string },
): string {
  return terms.size > 0 ? '' : `, ${whyNone(space, target, text)}`;
}

function phraseDependency(
  space: StateSpace,
  incompatibility: Incompatibility,
  holder: number,
  requirement: number,
): string {
  const { model } = space.discovered;
  const { target, allowed } = at(model.requirements, requirement);
  const values = incompatibility.terms.get(holder);
  const subject = values === undefined ? nameOf(space, holder) : phraseValues(space, holder, values);
  const text = textOf(space, holder, requirement, values);
  if (allowed.some((word) => word !== 0)) {
    return `${subject} requires ${text ?? phraseValues(space, target, allowed)}`;
  }
  // Nothing else becomes a requirement that no release has words for.
  return text === null
    ? `${subject} requires a URL, which cannot be sampled`
    : `${subject} requires ${text}, ${whyNone(space, target, text)}`;
}

/** The words of the first release that brings a requirement. */
function textOf(
  space: StateSpace,
  holder: number,
  requirement: number,
  values: Uint32Array | undefined,
): string | null {
  const { model, candidates } = space.discovered;
  const { target, allowed } = at(model.requirements, requirement);
  const wanted = at(model.packages, target);
  const [first] = values === undefined ? [] : membersOf(values);
  const candidate = first === undefined ? undefined : at(candidates, holder)[first];
  for (const line of candidate?.lines ?? []) {
    const parsed = parseRequirement(line);
    const isMeant =
      space.alternatives.headOf(parsed.name) === wanted.name &&
      (wanted.extra === null || parsed.extras.includes(wanted.extra));
    if (isMeant && (wanted.extra !== null || allowsExactly(space, parsed, target, allowed))) {
      return line.replace(/\s*;.*$/, '');
    }
  }
  return null;
}

function allowsExactly(
  { discovered, alternatives }: StateSpace,
  requirement: Requirement,
  target: number,
  allowed: Uint32Array,
): boolean {
  return at(discovered.candidates, target).every(
    (candidate, value) => requirementAllows(requirement, candidate, alternatives) === has(allowed, value),
  );
}

function phraseTerms(space: StateSpace, { terms }: Incompatibility): string {
  if (terms.size === 0) {
    return 'no stack satisfies the request';
  }
  const { model } = space.discovered;
  const present: string[] = [];
  const needed: string[] = [];
  for (const [packageIndex, term] of terms) {
    if (has(term, absentValue(model, packageIndex))) {
      needed.push(phraseValues(space, packageIndex, difference(everything(model, packageIndex), term)));
    } else {
      present.push(phraseValues(space, packageIndex, term));
    }
  }
  if (present.length === 0) {
    return `${needed.join(' or ')} is needed`;
  }
  if (needed.length > 0) {
    return `${present.join(' with ')} requires ${needed.join(' or ')}`;
  }
  return present.length === 1 ? `${present.join('')} cannot be chosen` : `${present.join(' excludes ')}`;
}

/** `numpy`, `numpy 1.26.4`, `numpy 1.20 to 1.26.4 or 2.0`: runs of versions that follow one another, newest last. */
function phraseValues(space: StateSpace, packageIndex: number, set: Uint32Array): string {
  const candidates = at(space.discovered.candidates, packageIndex);
  const name = nameOf(space, packageIndex);
  const isChosen = candidates.map((_, value) => has(set, value));
  if (isChosen.every(Boolean)) {
    return name;
  }
  const runs: { newest: number; oldest: number }[] = [];
  isChosen.forEach((chosen, value) => {
    const last = runs.at(-1);
    if (chosen && last?.oldest === value - 1) {
      last.oldest = value;
    } else if (chosen) {
      runs.push({ newest: value, oldest: value });
    }
  });
  const texts = runs.toReversed().map(({ newest, oldest }) => phraseRun(candidates, newest, oldest));
  if (texts.length === 0) {
    return `no version of ${name}`;
  }
  const shown = texts.length > 4 ? [...texts.slice(0, 2), '…', ...texts.slice(-1)] : texts;
  return `${name} ${shown.join(' or ')}`;
}

function phraseRun(candidates: readonly Candidate[], newest: number, oldest: number): string {
  const hasStandIns = candidates.some(({ name }) => name !== at(candidates, 0).name);
  const textAt = (value: number): string => {
    const { name, version } = at(candidates, value);
    return hasStandIns ? `${version.text} (${name})` : version.text;
  };
  if (textAt(newest) === textAt(oldest)) {
    const isOnly = candidates.every(
      (_, value) => textAt(value) !== textAt(newest) || (value >= newest && value <= oldest),
    );
    if (isOnly) {
      return textAt(newest);
    }
    const { index, variant } = at(candidates, newest);
    return `${textAt(newest)} of ${index}${variant === null ? '' : ` (${variant})`}`;
  }
  if (oldest === candidates.length - 1) {
    return `up to ${textAt(newest)}`;
  }
  return newest === 0 ? `${textAt(oldest)} and later` : `${textAt(oldest)} to ${textAt(newest)}`;
}

function nameOf(space: StateSpace, packageIndex: number): string {
  const item = at(space.discovered.model.packages, packageIndex);
  return item.extra === null || isSelector(item) ? item.name : `${item.name}[${item.extra}]`;
}

/** Of what is known but no candidate, what would have met a requirement, by reason; else which versions there are. */
function whyNone(space: StateSpace, packageIndex: number, text: string): string {
  const { name } = at(space.discovered.model.packages, packageIndex);
  const requirement = parseRequirement(text);
  const reasons = new Map<ExclusionReason, number>();
  for (const release of space.excluded) {
    if (release.name === name && allowsText(requirement, release.version)) {
      reasons.set(release.reason, (reasons.get(release.reason) ?? 0) + 1);
    }
  }
  const listed = [...reasons].map(
    ([reason, count]) => `${count} ${count === 1 ? 'release' : 'releases'}: ${EXCLUSION_LABELS[reason]}`,
  );
  const aside = listed.length > 0 ? `left out ${listed.join('; ')}` : versionsOf(space, packageIndex);
  return `which no candidate meets${aside === '' ? '' : ` (${aside})`}`;
}

/** Empty where there is no candidate at all. */
function versionsOf(space: StateSpace, packageIndex: number): string {
  const candidates = at(space.discovered.candidates, packageIndex);
  const [newest, oldest] = [candidates[0]?.version.text, candidates.at(-1)?.version.text];
  if (newest === undefined || oldest === undefined) return '';
  return newest === oldest ? `there is ${newest} alone` : `there are ${oldest} to ${newest}`;
}

function allowsText(requirement: Requirement, version: string): boolean {
  return specifierAllows(requirement.specifier, version);
}
