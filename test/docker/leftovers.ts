import Docker from 'dockerode';

/** What bears the label of a run that this process started. */
export async function leftOf(pid: number): Promise<string[]> {
  const docker = new Docker();
  const filters = { label: ['cluster-twin.run'] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const ours = (labels: Readonly<Record<string, string>> | undefined): boolean =>
    labels?.['cluster-twin.run']?.startsWith(`${pid}-`) === true;
  return [
    ...containers.filter((one) => ours(one.Labels)).map((one) => one.Names[0] ?? one.Id),
    ...networks.filter((one) => ours(one.Labels)).map((one) => one.Name),
  ];
}
