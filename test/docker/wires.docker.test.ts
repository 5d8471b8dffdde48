/** The table of wires on real containers. */
import { docker } from '../../sim/runtimes/docker/runtime.ts';
import { wireCases } from '../conformance/wires-cases.ts';

const runtime = docker();
wireCases('docker', () => Promise.resolve(runtime));
