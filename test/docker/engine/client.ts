import Docker from 'dockerode';

/** A client for the engine that DOCKER_HOST or the default socket names. */
export function client(): Docker {
  return new Docker();
}

/** Whether an engine answers there. */
export async function answers(): Promise<boolean> {
  try {
    await client().ping();
    return true;
  } catch {
    return false;
  }
}
