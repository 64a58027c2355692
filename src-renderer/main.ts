import './before-schemas.ts';
import './app/app.css';
import { mount } from 'svelte';
import App from './app/app.svelte';
import { createBrowserAccess, createWindowAccess } from './client/access-source.ts';
import { bridgeOf } from './client/bridge-of.ts';

const bridge = bridgeOf(window);
const target = document.querySelector('#app');
if (target !== null) {
  mount(App, {
    target,
    props: { bridge, source: bridge === null ? createBrowserAccess(window) : createWindowAccess(bridge) },
  });
}
