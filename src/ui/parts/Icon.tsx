/** Line icons on a 24-unit grid, drawn here so that no font or picture has to load. Decoration only: words carry the meaning. */
const PATHS = {
  wallet: 'M4 7.5h14.5a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H5.5A1.5 1.5 0 0 1 4 18V6.5A1.5 1.5 0 0 1 5.5 5H17M16 13.5h.01',
  scan: 'M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M4 12h16',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5',
  till: 'M5 4h14v16H5zM8 8h8M8.5 12h.01M12 12h.01M15.5 12h.01M8.5 16h.01M12 16h.01M15.5 16h.01',
  sales: 'M6 3.5v17l2-1.5 2 1.5 2-1.5 2 1.5 2-1.5 2 1.5v-17zM9 8.5h6M9 12.5h6',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'm9.5 5.5 6.5 6.5-6.5 6.5',
  close: 'm6 6 12 12M18 6 6 18',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.7h.01',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.300-1 .8-1 1.7M12 16.5h.01',
  torch: 'M8 4h8v3l-2 3.5V20h-4v-9.5L8 7zM8 7h8M12 13.5v1.5',
  flip: 'M4 10a8 8 0 0 1 14-3.5L20 8.5M20 4v4.5h-4.5M20 14a8 8 0 0 1-14 3.5L4 15.5M4 20v-4.5h4.5',
  picture: 'M4 5h16v14H4zM4 16l4.5-4.5L13 16l3-3 4 4M15.5 9h.01',
  paste: 'M8 5H6v15h12V5h-2M9 3.5h6v3H9zM9 11h6M9 15h4',
  keys: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h.01M10 14h7',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  warning: 'M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01',
  offline: 'M3 3l18 18M8.5 16.5a5 5 0 0 1 6-.8M5 13a10 10 0 0 1 4-2.3M2.5 9.5A14 14 0 0 1 6.5 7M19 13a10 10 0 0 0-4-2.5M21.5 9.5A14.5 14.5 0 0 0 11 6M12 20h.01',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M5 12v8h14v-8',
  erase: 'M8.5 6H20v12H8.5L3 12zM11.5 9.5l5 5M16.5 9.5l-5 5',
  large: 'M3 18 8 6l5 12M5 14h6M15 18l3-7.5 3 7.5M16 15.5h4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
