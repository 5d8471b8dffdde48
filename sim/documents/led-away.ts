/** That users are led away from what is dead, and after which time, by the words that say so. */
import type { Predicate } from '../runtimes/entries.ts';
import { howLongMs, WORKS_SHARE, type HowMany } from './amounts.ts';
import { OTHER_PRODUCTS } from './vocabulary.ts';

/** "Routes to other nodes", without saying when: so long after the fault nobody new meets what is dead. */
export const LED_AWAY_AFTER_MS = 10_000;

const ONE = String.raw`(?:nodes?|hosts?|servers?|machines?|instances?|ips?|addresses|address|origins?|pops?|locations?|backends?|proxy|proxies|regions?|zones?|ones?)\b`;
const IT = String.raw`(?:it\b|that\b|the (?:\w+ ){0,2}${ONE})`;
/** "The other two nodes", "another POP", "healthy backends": what is left to go to. */
const OTHER = String.raw`(?:(?:(?:the |an? |its |our )?(?:(?:remaining|surviving|healthy|live|living|next|nearest|closest|other|working) )+(?:(?:two|three|four|five|\d+) )?|another )${ONE}|the (?:others|rest)\b)`;
const AWAY = String.raw`(?:(?:around|away(?: from(?= [it]))?)(?: ${IT})?|elsewhere\b|(?:over )?to (?:\w+ (?=other))?${OTHER})`;
const WHO = String.raw`(?:(?:all|new|the|its|our) )*(?:traffic|requests|users|clients|visitors|connections|everything|everyone|them)`;
// One after the other and none twice: what is compiled grows faster than what is written, and every command that reads a document waits for it.
const WAYS: readonly string[] = [
  // A pod that moves to another node leads nobody anywhere.
  String.raw`\b(?:(?:re-?)?(?:rout(?:es?|ed|ing)|direct(?:s|ed)?|steer(?:s|ed)?|divert(?:s|ed)?)(?: ${WHO})?|(?:shifts?|moves?|sends?|switch(?:es)?) ${WHO}|${WHO} (?:(?:is|are|gets?) )?(?:shift(?:s|ed)?|moved?|moves|sent|switch(?:es|ed)?|goes?|flows?|lands?)) ${AWAY}`,
  String.raw`\b(?:picks?|chooses?|selects?) ${OTHER}`,
  String.raw`\b(?:(?:takes?|taken|pulls?|pulled|removes?|removed|drops?|dropped|ejects?|ejected) (?:${IT} )?|(?:is|goes) )(?:out of|from) (?:the |its )?(?:rotation|(?:upstream |backend |server )?pool|(?:load )?balanc(?:er|ing)|dns)\b`,
  String.raw`\b(?:skips?|avoids?) the (?:\w+ ){0,2}${ONE}|\bstops? (?:sending|routing)(?: \w+)? to ${IT}`,
];
export const LED_AWAY = new RegExp(WAYS.join('|'));
/** It is so from then on only, or somebody has to do it. */
const UNSURE =
  /\d|\b(?:until|once|after|before|by hand|manual(?:ly)?|someone|somebody|we|you|on-?call|soon|later|slowly|eventually|seconds|minutes?|hours?|days?)\b/;
/** Whoever stands before the nodes. */
const LEADERS = new RegExp(
  String.raw`\b(?:lb|load[- ]balancers?|anycast|${[OTHER_PRODUCTS['ingress'] ?? [], OTHER_PRODUCTS['edge'] ?? []].flat().join('|')})\b`,
  'g',
);
export const withoutLeaders = (text: string): string => text.replaceAll(LEADERS, ' ');

/** Without the time in which somebody is led away. */
export const withoutTime = (text: string): string => text.replace(howLongMs(text, true)?.words ?? /$^/, ' ');

/**
 * Who comes so long after the fault, or later, is served as before; undefined where it is said of some, or when is not sure.
 * @param text  what else the clause says: it may name the time
 */
export function ledAway(text: string, of: Predicate['where'], many: HowMany | undefined): Predicate[] | undefined {
  const lasts = howLongMs(text, true);
  if ((many !== undefined && many !== 'all') || UNSURE.test(withoutTime(text))) return undefined;
  const afterMs = lasts?.ms ?? LED_AWAY_AFTER_MS;
  return [{ measure: 'share-led-away', where: { ...of, afterMs }, min: WORKS_SHARE, unit: 'share' }];
}
