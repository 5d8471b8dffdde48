import { docker } from '../../sim/runtimes/docker/runtime.ts';
import { wireCases } from '../conformance/wires-cases.ts';

const runtime = docker();
wireCases('docker', () => Promise.resolve(runtime));
