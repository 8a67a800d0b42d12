import { describe, expect, it } from 'vitest';
import { Propagation } from '../../../../coordinator/monkey/propagate.ts';
import { openStateSpace } from '../../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../../coordinator/monkey/space/state-space.ts';
import { linux311, lookupOf, release, requirements } from '../../../support/monkey/knowledge.ts';

const space = openStateSpace({
  requirements: requirements('top', 'side'),
  lookup: lookupOf([
    release('top', '2.0', ['leaf>=2', 'extra-part']),
    release('top', '1.0', ['leaf<3']),
    release('side', '2.0', ['leaf!=2.0']),
    release('side', '1.0', []),
    release('leaf', '3.0'),
    release('leaf', '2.0'),
    release('leaf', '1.0'),
    release('extra-part', '1.0'),
  ]),
  environment: linux311,
});

function packageOf(of: StateSpace, name: string): number {
  return of.model.packages.findIndex((item) => item.name === name && item.extra === null);
}

function versions(propagation: Propagation, name: string): readonly string[] {
  const index = packageOf(space, name);
  return (space.candidates[index] ?? [])
    .filter((_, value) => propagation.has(index, value))
    .map((candidate) => candidate.version.text);
}

function started(): Propagation {
  const propagation = new Propagation(space.model);
  expect(propagation.start(space.model.roots)).toBe(true);
  return propagation;
}

describe('propagation', () => {
  it('keeps what some choice may still need before anything is chosen', () => {
    const propagation = started();
    expect(versions(propagation, 'leaf')).toEqual(['3.0', '2.0', '1.0']);
    expect(propagation.isRequired(packageOf(space, 'extra-part'))).toBe(false);
  });

  it('imposes the requirements of a choice, and makes its targets required', () => {
    const propagation = started();
    expect(propagation.assign(packageOf(space, 'top'), 0)).toBe(true);
    expect(versions(propagation, 'leaf')).toEqual(['3.0', '2.0']);
    expect(propagation.isDecided(packageOf(space, 'extra-part'))).toBe(true);
  });

  it('rules out the values that bring a requirement which nothing meets any more', () => {
    const propagation = started();
    expect(propagation.assign(packageOf(space, 'leaf'), 1)).toBe(true);
    expect(versions(propagation, 'side')).toEqual(['1.0']);
    expect(versions(propagation, 'top')).toEqual(['2.0', '1.0']);
  });

  it('names the package that ran out of values, and comes back from there', () => {
    const propagation = started();
    const before = propagation.domains.slice();
    const mark = propagation.mark();
    expect(propagation.assign(packageOf(space, 'leaf'), 2)).toBe(true);
    expect(propagation.exclude(packageOf(space, 'top'), 1)).toBe(false);
    expect(propagation.conflictPackage).toBe(packageOf(space, 'top'));
    propagation.undoTo(mark);
    expect(propagation.domains).toEqual(before);
    expect(propagation.conflictPackage).toBe(-1);
    expect(propagation.assign(packageOf(space, 'top'), 0)).toBe(true);
  });

  it('comes again to where it was, by what had changed', () => {
    const propagation = started();
    const mark = propagation.mark();
    expect(propagation.assign(packageOf(space, 'top'), 0)).toBe(true);
    const after = propagation.state.slice();
    const changes = propagation.changesSince(mark);
    propagation.undoTo(mark);
    expect(propagation.state).not.toEqual(after);
    propagation.replay(changes);
    expect(propagation.state).toEqual(after);
    propagation.undoTo(mark);
    expect(versions(propagation, 'leaf')).toEqual(['3.0', '2.0', '1.0']);
  });
});
