import type { SettingGroup } from '../../setting-words.ts';

export const machine = {
  title: 'The machine',
  text: 'How much of it local models may take.',
  fields: {
    'constraints.memoryMb': {
      label: 'Memory for local models',
      help: 'The more of it a model takes, the less it is preferred; what does not fit comes last.',
      unit: 'MB',
      options: { auto: 'A share of what there is', number: 'At most' },
    },
    'constraints.gpuMemoryMb': {
      label: 'Video memory for local models',
      help: 'The same for the graphics card.',
      unit: 'MB',
      options: { auto: 'A share of what there is', number: 'At most' },
    },
    'constraints.cpuPercent': {
      label: 'Processor',
      help: 'Above this load the local track gets a penalty.',
      unit: '%',
    },
    'constraints.targetLatencyMs': {
      label: 'Target for the first word',
      help: 'What later counts as slow.',
      unit: 's',
      scale: 1_000,
    },
    'constraints.batteryPercent': {
      label: 'Battery reserve',
      help: 'Below it: light local models or the cloud, and no background work.',
      unit: '%',
    },
    'limits.localConcurrency': {
      label: 'Local requests at once',
      help: 'For each local model; further ones wait.',
    },
    'limits.cloudConcurrency': {
      label: 'Cloud requests at once',
      help: 'For each cloud model; further ones wait.',
    },
  },
} as const satisfies SettingGroup;

export const gate = {
  title: 'Idle gate',
  text: 'When background work may run. What holds it back now is told in the Machine view.',
  fields: {
    'gate.requireAc': { label: 'Only on mains', help: 'No background work on battery.' },
    'gate.cpuOpenPercent': {
      label: 'Processor: quiet below',
      help: 'What other programs use.',
      unit: '%',
    },
    'gate.cpuClosePercent': {
      label: 'Processor: busy above',
      help: 'Closes the gate at once. Between the two nothing changes.',
      unit: '%',
    },
    'gate.cpuQuietSeconds': { label: 'Processor quiet for', help: 'Before the gate opens.', unit: 's' },
    'gate.userIdleSeconds': { label: 'Keyboard and pointer untouched for', help: 'Before the gate opens.', unit: 's' },
    'gate.requestQuietSeconds': { label: 'No request for', help: 'Before the gate opens.', unit: 's' },
    'gate.resumeHoldSeconds': { label: 'Wait after waking up', help: 'When the machine has slept.', unit: 's' },
    'gate.headless': {
      label: 'Nobody sits at this machine',
      help: 'Then nobody’s keyboard is waited for.',
      options: { true: 'Yes', false: 'No', null: 'Found out by itself' },
    },
    'gate.allowUnknownHeat': {
      label: 'Work without knowing the heat',
      help: 'For machines that cannot tell it, as most virtual ones.',
    },
  },
} as const satisfies SettingGroup;
