import { rehearse, TwinError } from 'cluster-twin';

const summary = await rehearse({ scenarios: ['cache-dead'], runtime: 'model' });
console.log(summary.topology.id, summary.exitCode);
const near = await rehearse({ scenarios: ['cache-dead'], runtime: 'model', set: { 'links.neon.rtt': '5ms' } });
console.log(near.command);
const askings = [
  () => rehearse({ scenarios: ['cache-daed'] }),
  () => rehearse({ runtime: 'model', api: './server', apiName: 'server' }),
];
for (const ask of askings)
  try {
    await ask();
  } catch (error) {
    if (error instanceof TwinError) console.log(error.name, error.exitCode, error.message);
  }
