/** Figures as people read them. */

/** 1204 → "1,204". */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A duration in its natural unit: "538 ms", "1.6 s", "19 s", "300 s", "12 min 5 s". */
export function duration(ms: number): string {
  if (ms < 9.95) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 600) return `${seconds} s`;
  const rest = seconds % 60;
  return `${count(Math.floor(seconds / 60))} min${rest === 0 ? '' : ` ${rest} s`}`;
}

/** An instant since the method began: "12.4 s". */
export const instant = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A share: "0.3 %", "98 %", "0 %"; never rounded to 0 or 100 when it is neither. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value > 99 || value < 10) return value < 0.1 ? '<0.1 %' : value > 99.9 ? '>99.9 %' : `${value.toFixed(1)} %`;
  return `${Math.round(value)} %`;
}

/** "1 statement", "2 statements". */
export const several = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A figure stays with its unit and with what it is counted from: "10 s" and "31 of 388" are never torn apart. */
export const glue = (text: string): string =>
  text
    .replaceAll(/(\d) (?=(?:ms|s|min|%|MB|GB)(?![\w-]))/g, '$1\u00A0')
    .replaceAll(/([\d,.]) of (?=\d)/g, '$1\u00A0of\u00A0');
