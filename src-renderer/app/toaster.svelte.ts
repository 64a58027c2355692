import { createContext } from 'svelte';
import type { ViewName } from '../../src-shared/bridge.ts';

export interface ToastContent {
  /** The same notice may come by several ways: it is shown once. */
  noticeId?: string;
  level: 'info' | 'warning' | 'error';
  title: string;
  text?: string;
  /** Where more is said. */
  view?: ViewName | null;
  /** Something that can be done about it, such as taking it back; then it is dismissed. */
  action?: { label: string; run: () => void };
}

interface ShownToast extends ToastContent {
  id: number;
}

const MOST = 4;
/** Notices that are remembered as shown. */
const MOST_SEEN = 200;
const INFO_MS = 6_000;

/** Short messages over the page. What went wrong stays until it is dismissed; the rest leaves by itself. */
export class Toaster {
  toasts = $state.raw<readonly ShownToast[]>([]);
  #next = 1;
  #seen: string[] = [];

  show(content: ToastContent): void {
    const { noticeId } = content;
    if (noticeId !== undefined) {
      if (this.#seen.includes(noticeId)) return;
      this.#seen = [...this.#seen, noticeId].slice(-MOST_SEEN);
    }
    const id = this.#next++;
    this.toasts = [...this.toasts, { ...content, id }].slice(-MOST);
    if (content.level === 'info') setTimeout(() => this.dismiss(id), INFO_MS);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
}

export const [getToaster, setToaster] = createContext<Toaster>();
