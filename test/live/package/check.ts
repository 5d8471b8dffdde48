import { rehearse, TwinError } from 'cluster-twin';

const summary = await rehearse({ scenarios: ['cache-dead'], runtime: 'model' });
console.log(summary.topology.id, summary.exitCode);
try {
  await rehearse({ scenarios: ['cache-daed'] });
} catch (error) {
  if (error instanceof TwinError) console.log(error.name, error.exitCode, error.message);
}
