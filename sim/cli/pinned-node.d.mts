export declare const MISSING: string;
export declare function pinnedNode(): string | undefined;
export declare function commandOn(node: string, args: readonly string[]): [string, ...string[]];
