import { describe, expect, test } from 'vitest';
import { OldFavourites } from '../../../src-main/engine/optimizer/old-favourites.ts';

function favouritesAfter(...runs: readonly (readonly [endpointId: string, requests: number])[]): OldFavourites {
  const favourites = new OldFavourites();
  for (const [endpointId, requests] of runs) {
    for (let count = 0; count < requests; count += 1) favourites.note(endpointId);
  }
  return favourites;
}

describe('an old favourite', () => {
  test('is overdue when nobody asked it for twenty requests', () => {
    expect(favouritesAfter(['a', 300], ['b', 19]).overdue()).toBeNull();
    expect(favouritesAfter(['a', 300], ['b', 20]).overdue()).toBe('a');
  });

  test('is not overdue any more once it was asked', () => {
    expect(favouritesAfter(['a', 300], ['b', 200], ['a', 1], ['b', 19]).overdue()).toBeNull();
    expect(favouritesAfter(['a', 300], ['b', 200], ['a', 1], ['b', 20]).overdue()).toBe('a');
  });

  test('is the one that was asked most', () => {
    expect(favouritesAfter(['a', 150], ['b', 250], ['c', 30]).overdue()).toBe('b');
  });

  test('is nobody who was asked now and then only', () => {
    expect(favouritesAfter(['a', 300], ['b', 40], ['a', 300]).overdue()).toBeNull();
  });

  test('is forgotten when its time is long over', () => {
    expect(favouritesAfter(['a', 500], ['b', 500]).overdue()).toBe('a');
    expect(favouritesAfter(['a', 500], ['b', 1_500]).overdue()).toBeNull();
  });
});
