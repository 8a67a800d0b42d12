import { describe, expect, it } from 'vitest';
import {
  dependencyGraph,
  monkeyReport,
  monkeyResponse,
} from '../../../../coordinator/export/monkey-report.ts';
import { sampleLock } from '../../../support/sample-lock.ts';
import { lookupOf, sampleRelease } from '../../../support/sample-releases.ts';

const releases = lookupOf([
  sampleRelease('numpy 1.26.4'),
  sampleRelease('scipy 1.12.0', {
    requires_dist: [
      'numpy>=1.22',
      'six; python_version < "3"',
      'numpy; extra == "dev"',
      'scipy-extra; extra == "doc"',
    ],
  }),
]);

describe('the report document', () => {
  it('has the keys of Dependency Monkey', () => {
    const report = monkeyReport({
      metadata: {
        version: '1.2.3',
        hostname: 'lab-1',
        startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
        endedAtMs: Date.UTC(2026, 0, 2, 3, 4, 9, 250),
        osRelease: { id: 'fedora', version_id: '31.4' },
        arguments: { count: '1' },
      },
      parameters: { count: '1', seed: '7' },
      responses: [monkeyResponse(sampleLock(), 'out/1', { releases })],
      skipped: 2,
      error: null,
    });
    expect(report.metadata).toMatchObject({
      analyzer: 'troop',
      analyzer_version: '1.2.3',
      arguments: { 'dependency-monkey': { count: '1' } },
      datetime: '2026-01-02T03:04:09.250',
      document_id: expect.stringMatching(/^dependency-monkey-260102030409-[0-9a-f]{16}$/) as string,
      duration: 4,
      distribution: {
        id: 'fedora',
        version: '31.4',
        version_parts: { major: '31', minor: '4', build_number: '' },
      },
      timestamp: 1_767_323_049,
    });
    expect(report.result).toMatchObject({
      error: false,
      error_msg: null,
      parameters: { seed: '7' },
      report: {
        skipped: 2,
        responses: [
          {
            response: 'out/1',
            product: {
              project: {
                requirements: { packages: { numpy: '==1.26.4' } },
                requirements_locked: { default: { numpy: { version: '==1.26.4' } } },
                runtime_environment: { python_version: '3.11', platform: 'linux-x86_64' },
                constraints: [],
              },
              dependency_graph: { nodes: ['numpy', 'scipy'], edges: [[1, 0]] },
            },
          },
        ],
      },
    });
  });

  it('has no graph where the dependencies are not at hand', () => {
    expect(monkeyResponse(sampleLock(), 'x', {}).product.dependency_graph).toBeNull();
    expect(dependencyGraph(sampleLock(), lookupOf([])).edges).toEqual([]);
  });
});
