/** The end of a test's title: why it is skipped on this machine. Empty where it runs. */
export const skipped = (reason: string | undefined): string => (reason === undefined ? '' : ` [skipped: ${reason}]`);
