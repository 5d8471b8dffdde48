#!/usr/bin/env node
/** The command `twin`: hands over to the pinned Node at once. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.mjs';

handOver([join(dirname(fileURLToPath(import.meta.url)), 'main.ts'), ...process.argv.slice(2)]);
