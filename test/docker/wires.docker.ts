/** Not part of the suite yet: the docker runtime does not pass all of it. Rename to wires.docker.test.ts to run it. */
import { docker } from '../../sim/runtimes/docker/runtime.ts';
import { wireCases } from '../conformance/wires-cases.ts';

const runtime = docker();
wireCases('docker', () => Promise.resolve(runtime));
