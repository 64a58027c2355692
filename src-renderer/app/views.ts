import {
  Activity,
  AppWindow,
  Boxes,
  Cpu,
  LayoutDashboard,
  MoonStar,
  ScrollText,
  Settings2,
  Spline,
  Wallet,
} from '@lucide/svelte';
import type { Component } from 'svelte';
import type { ViewName } from '../../src-shared/bridge.ts';
import OverviewView from '../views/overview/overview-view.svelte';

interface ViewEntry {
  icon: typeof Activity;
  /** Second key after `g`. */
  key: string;
  load: () => Promise<{ default: Component }>;
}

/** Every view, in the order of the navigation. What is seen first comes with the page; the others are loaded when they are asked for. */
export const VIEWS: Readonly<Record<ViewName, ViewEntry>> = {
  overview: { icon: LayoutDashboard, key: 'o', load: () => Promise.resolve({ default: OverviewView }) },
  requests: { icon: Activity, key: 'r', load: () => import('../views/requests/requests-view.svelte') },
  models: { icon: Boxes, key: 'm', load: () => import('../views/models/models-view.svelte') },
  apps: { icon: AppWindow, key: 'a', load: () => import('../views/apps/apps-view.svelte') },
  spend: { icon: Wallet, key: 's', load: () => import('../views/spend/spend-view.svelte') },
  machine: { icon: Cpu, key: 'c', load: () => import('../views/machine/machine-view.svelte') },
  optimizer: { icon: Spline, key: 'p', load: () => import('../views/optimizer/optimizer-view.svelte') },
  background: { icon: MoonStar, key: 'b', load: () => import('../views/background/background-view.svelte') },
  settings: { icon: Settings2, key: 't', load: () => import('../views/settings/settings-view.svelte') },
  logs: { icon: ScrollText, key: 'l', load: () => import('../views/logs/logs-view.svelte') },
};
