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
      name: 'events-know-nobody',
      comment: 'The hub carries what it is given: whoever has something to tell comes to it.',
      severity: 'error',
      from: { path: `${ENGINE}events/` },
      to: { pathNot: [`${ENGINE}(events/|ports\\.ts$)`, '^src-shared/', '^node:'] },
    },
    {
      name: 'house-knows-no-http-server',
      comment: 'What the engine says of itself and keeps in order is asked for by the control API, not the other way.',
      severity: 'error',
      from: { path: `${ENGINE}house/` },
      to: { path: `${ENGINE}(gateway|exchange|optimizer|learning)/` },
    },
    {
      name: 'jobs-know-no-server',
      comment:
        'Background work reads what others keep and asks models through its caller; it serves nobody, and only its names are known to the store.',
      severity: 'error',
      from: { path: `${ENGINE}jobs/` },
      to: { path: `${ENGINE}(gateway|exchange|events|house|observe)/` },
    },
    {
      name: 'nobody-knows-jobs',
      comment:
        'Jobs may stop, fail or be taken out without anybody noticing: others know what they write, not who writes it.',
      severity: 'error',
      from: { path: `${ENGINE}.+/`, pathNot: `${ENGINE}(jobs|store)/` },
      to: { path: `${ENGINE}jobs/` },
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
    {
      name: 'pages-know-only-the-contract',
      comment:
        'The pages are bundled: they know the contract and packages of the interface, nothing of the engine or shell.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: {
        pathNot: [
          '^src-renderer/',
          '^src-shared/',
          '^node_modules/(zod|svelte|bits-ui|uplot|@lucide/svelte|tailwindcss)/',
        ],
      },
    },
    {
      name: 'nothing-imports-the-pages',
      severity: 'error',
      from: { path: '^src-(main|shared)/' },
      to: { path: '^src-renderer/' },
    },
    {
      name: 'components-know-no-domain',
      comment: 'Pieces used by several views take values and give events; words and number formats are all they share.',
      severity: 'error',
      from: { path: '^src-renderer/components/' },
      to: { path: ['^src-shared/', '^src-renderer/(app|client|views)/'] },
    },
    {
      name: 'client-knows-no-page',
      severity: 'error',
      from: { path: '^src-renderer/client/' },
      to: { path: '^src-renderer/(app|views|components)/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      comment:
        'Pages are bundled with all they need; the shell has Electron around it; everything else is installed with its dependencies.',
      from: { path: '^src-', pathNot: '^src-renderer/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/electron/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
