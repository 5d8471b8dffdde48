export declare const INSTEAD: string;
export declare function platformBlocker(host?: {
  platform?: string;
  arch?: string;
  musl?: boolean;
}): string | undefined;
