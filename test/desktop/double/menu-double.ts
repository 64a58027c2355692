import type { MenuTemplate, ShellMenu } from '../../../src-main/desktop/electron-api.ts';

/** What a test sees of a menu item. */
export interface SeenItem {
  id: string;
  label: string;
  enabled: boolean;
  checked: boolean;
  /** Its submenu's items; empty: it has none. */
  items: SeenItem[];
}

/** `Menu`: keeps the template that it was built from. */
export class MenuDouble implements ShellMenu {
  readonly items = [];
  readonly template: MenuTemplate;

  constructor(template: MenuTemplate) {
    this.template = template;
  }

  static buildFromTemplate(template: MenuTemplate): MenuDouble {
    return new MenuDouble(template);
  }

  static setApplicationMenu(): void {
    // There is no menu bar here.
  }

  /** All items but the rules between them. */
  seen(): SeenItem[] {
    return toSeen(this.template);
  }

  /** As the system does it: an item that is greyed out cannot be clicked. Throws when there is none. */
  click(id: string): void {
    const item = find(this.template, id);
    if (item === undefined) throw new Error(`There is no item "${id}" in the menu.`);
    if (item.enabled === false) throw new Error(`The item "${id}" is greyed out.`);
    if (item.click !== undefined) Reflect.apply(item.click, item, []);
  }
}

function toSeen(template: MenuTemplate): SeenItem[] {
  return template
    .filter(({ type }) => type !== 'separator')
    .map(({ id = '', label = '', enabled = true, checked = false, submenu }) => ({
      id,
      label,
      enabled,
      checked,
      items: Array.isArray(submenu) ? toSeen(submenu) : [],
    }));
}

function find(template: MenuTemplate, id: string): MenuTemplate[number] | undefined {
  for (const item of template) {
    if (item.id === id) return item;
    const inside = Array.isArray(item.submenu) ? find(item.submenu, id) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}
