/**
 * Who may import whom. The rules are those of CONTRIBUTING.md, "Rooms"; a new room gets its rule here first.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const ENGINE = '^src-main/engine/';
const PURE = `${ENGINE}(stats|protocols|routing|learning)/`;

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-is-zod-only',
      comment: 'The contract is read by engine, shell, command line and pages alike: no Node, no DOM, no engine.',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: { pathNot: ['^src-shared/', '^node_modules/zod/'] },
    },
    {
      name: 'pure-rooms-stay-pure',
      comment: 'Wire formats, routing, learning and statistics take values and give values.',
      severity: 'error',
      from: { path: PURE },
      to: { pathNot: [PURE, '^src-shared/'] },
    },
    {
      name: 'engine-knows-no-host',
      comment: 'The engine runs under plain Node; nothing in it knows the shell, the command line or the demo.',
      severity: 'error',
      from: { path: ENGINE },
      to: { path: ['^src-main/(desktop|cli|demo)/', '^node_modules/electron/', '^electron$'] },
    },
    {
      name: 'only-engine-composes',
      comment: 'engine.ts is the composition root: no room imports it.',
      severity: 'error',
      from: { path: `${ENGINE}.+/` },
      to: { path: `${ENGINE}engine\\.ts$` },
    },
    {
      name: 'driver-in-one-place',
      comment:
        'Only the store knows the SQLite driver; the upkeep worker opens its own connection through the same file.',
      severity: 'error',
      from: { pathNot: `${ENGINE}store/database\\.ts$` },
      to: { path: '^node_modules/better-sqlite3/' },
    },
    {
      name: 'gateway-decides-nothing',
      comment: 'HTTP in and out: what is served, by whom and at what price is settled in exchange and below.',
      severity: 'error',
      from: { path: `${ENGINE}gateway/` },
      to: { path: `${ENGINE}(store|learning|optimizer)/` },
    },
    {
      name: 'exchange-knows-no-http-server',
      severity: 'error',
      from: { path: `${ENGINE}(exchange|providers|spend|store|observe)/` },
      to: { path: `${ENGINE}gateway/` },
    },
    {
      name: 'providers-know-no-exchange',
      severity: 'error',
      from: { path: `${ENGINE}(providers|spend|store)/` },
      to: { path: `${ENGINE}exchange/` },
    },
    {
      name: 'nothing-imports-test-bench-demo',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/(demo|cli)/' },
      to: { path: ['^test/', '^bench/', '^src-main/demo/'] },
    },
    {
      name: 'electron-only-in-desktop',
      severity: 'error',
      from: { pathNot: '^src-main/desktop/' },
      to: { path: ['^node_modules/electron/', '^electron$'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^src-' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
