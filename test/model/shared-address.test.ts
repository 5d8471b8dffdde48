import { model } from '../../sim/runtimes/model/runtime.ts';
import { sharedAddressCases } from '../conformance/shared-address-cases.ts';

sharedAddressCases('model', () => Promise.resolve(model));
