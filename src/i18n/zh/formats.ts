/** Words around figures: how old a truth is. */
export const zhFormats = {
  asOf: (ago: string): string => `${ago}更新`,
  offlineAsOf: (ago: string): string => `离线 · 显示的是${ago}的数据`,
};
