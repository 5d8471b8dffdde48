/** The table of wires on real containers. */
import { docker } from '../../sim/runtimes/docker/runtime.ts';
import { wireCases } from '../conformance/wires-cases.ts';

const runtime = docker();
wireCases('docker', () => Promise.resolve(runtime), {
  'a pod that is gone: its address is silent, and after some seconds says that nobody is there':
    'rolling updates are not played on containers yet',
});
