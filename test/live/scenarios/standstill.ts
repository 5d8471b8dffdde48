import { shortened } from './shortened.ts';

/** Long enough that what is left beside a spell of standing still is judged. */
export default shortened('dead', { during: 12_000 });
