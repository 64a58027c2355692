import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toOperationCall } from '../../../../src-shared/operation-call.ts';
import { operations, type OperationName } from '../../../../src-shared/operations.ts';
import { findOperation } from '../../../../src-main/engine/gateway/control/find-operation.ts';

const NAMES = Object.keys(operations) as OperationName[];

describe('the path of an operation', () => {
  test.each(NAMES)('leads to %s and no other', (name) => {
    const { method, path } = operations[name];
    const found = findOperation(method, path.replace(/\{\w+\}/g, 'x'));
    expect(found).toMatchObject({ kind: 'operation', name });
  });

  test('property: ids of any signs come through, slashes too', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        fc.pre(id.isWellFormed());
        const { method, path } = toOperationCall('requests.read', { id });
        expect(findOperation(method, path)).toEqual({ kind: 'operation', name: 'requests.read', parameters: { id } });
      }),
    );
  });

  test('is asked for with HEAD as with GET', () => {
    expect(findOperation('HEAD', '/control/v1/status')).toMatchObject({ name: 'status.read' });
  });

  test('says which methods it takes', () => {
    expect(findOperation('PUT', '/control/v1/providers')).toEqual({ kind: 'wrong_method', allow: 'GET, POST' });
    expect(findOperation('GET', '/control/v1/providers/up')).toEqual({ kind: 'wrong_method', allow: 'POST, DELETE' });
  });

  test.each([
    '/control/v1/',
    '/control/v1/status/',
    '/control/v1//status',
    '/control%2Fv1%2Fstatus',
    '/control/v1/providers/a/b/test',
    '/control/v2/status',
    '/control/v1/%E0%A4%A',
  ])('is not %s', (path) => {
    expect(findOperation('GET', path)).toEqual({ kind: 'none' });
  });
});

describe('the request for an operation', () => {
  test('has its fields in path, query and body, and none that is undefined', () => {
    expect(toOperationCall('requests.list', { limit: 5, before: undefined, outcome: 'ok' })).toEqual({
      method: 'GET',
      path: '/control/v1/requests?limit=5&outcome=ok',
      body: null,
    });
    expect(toOperationCall('providers.setKey', { id: 'a/b', key: 'k' })).toEqual({
      method: 'POST',
      path: '/control/v1/providers/a%2Fb/key',
      body: '{"key":"k"}',
    });
    expect(toOperationCall('providers.remove', { id: 'up' })).toEqual({
      method: 'DELETE',
      path: '/control/v1/providers/up',
      body: null,
    });
  });
});
