import { model } from '../../sim/runtimes/model/runtime.ts';
import { wireCases } from '../conformance/wires-cases.ts';

wireCases('model', () => Promise.resolve(model));
