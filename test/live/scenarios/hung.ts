import { shortened } from './shortened.ts';

export default shortened('hung');
