/** The help shelf's own words; the articles are in help/articles. */
export const zhHelp = {
  title: '帮助',
  search: '搜索帮助',
  searchHint: '例如：钱扣了没到账',
  shelf: '大家常问的',
  results: (count: number): string => `找到 ${count} 篇`,
  nothing: '没有找到。换个说法试试，或看看下面这些。',
  related: '相关问题',
  updated: (day: string): string => `更新于 ${day}`,
  missing: '没有这篇文章',
  missingWhatNow: '它可能改了名字。请在帮助里搜索。',
  back: '返回帮助',
  offline: '这里的文章不联网也能看。',
  neverAsk: '工作人员绝不会向你要支付密码或开通码。',
};
