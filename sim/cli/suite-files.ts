/** What `twin init` writes: a suite to be made one's own, a test of it, and a workflow that plays it. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isPair, isScalar, visit } from 'yaml';
import { topologySchema, type Topology } from '../../topology/schema.ts';
import { renderExpectations } from '../scenario/expectations.ts';
import { SUITE_FOLDER } from './suite.ts';

export interface SuiteFile {
  /** From the repository's folder. */
  readonly path: string;
  /** What it is, in a word, where its name does not tell. */
  readonly note?: string;
  readonly text: string;
}

const DOCUMENT = 'failures.md';
/** What stands above a section of the topology. */
const SECTIONS: Readonly<Record<string, string>> = {
  document: 'The Markdown document whose statements are judged, from this file: yours, wherever it lies.',
  places: 'Where everything stands. A place is user:NAME, pop:NAME, node:NAME or external:NAME.',
  server: 'The node that runs the control plane.',
  links:
    'Round trips between two places or kinds of place; the most specific link wins. Each number says where it comes from.',
  workloads: 'What runs in pods. A role names a program of the twin: ingress, resolver, redis, api, worker.',
  externals: 'What is outside of the cluster: database, edge, public name server.',
  anycast: 'Public addresses that several POPs announce: users reach the first of them that stands.',
  ingress: 'Public host: its Service.',
  journeys: 'What users do; load scripts export a function of the same name.',
};
const FLOW_COLUMNS_MAX = 110;

/** Takes out of `part` what the schema puts in again. */
function dropDefaults(topology: Topology, whole: object, part: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(part)) {
    delete part[key];
    if (isDeepStrictEqual(topologySchema.safeParse(whole).data, topology)) continue;
    part[key] = value;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      dropDefaults(topology, whole, value as Record<string, unknown>);
  }
}

/** The reference cluster under another name, as YAML that a person would write. */
function clusterYaml(reference: Topology, name: string): string {
  const topology = {
    ...reference,
    id: name,
    title: `${name} (the reference cluster until you change it)`,
    document: DOCUMENT,
  };
  const written = structuredClone(topology);
  dropDefaults(topology, written, written);
  const document = new Document(written, { aliasDuplicateObjects: false });
  document.commentBefore =
    ' The cluster that the twin plays. It starts as the reference cluster; every fault of this file is told with its line.\n See what it does: npx twin rehearse --runtime model';
  visit(document, {
    Collection(_key, node) {
      const isLeaf = node.items.every((item) => isScalar(isPair(item) ? item.value : item));
      if (isLeaf && JSON.stringify(node).length <= FLOW_COLUMNS_MAX) node.flow = true;
    },
  });
  if (isMap(document.contents))
    for (const { key } of document.contents.items) {
      const comment = isScalar(key) ? SECTIONS[String(key.value)] : undefined;
      if (!isScalar(key) || comment === undefined) continue;
      key.commentBefore = ` ${comment}`;
      key.spaceBefore = true;
    }
  return document.toString({ lineWidth: 0 });
}

/** The reference document's tables under a title that says what they are for. */
const failuresMd = (document: string): string => `# What we say happens when something fails

The statements that the twin judges. These are the reference cluster's: put your own in their place, or let \`document\` in
cluster.yaml name the page where you already keep them. A scenario plays the row whose first cell names its layer.

${document.slice(document.indexOf('## '))}`;

const SUITE_TEST = `/** Each scenario of this folder as a test, in virtual time. Red when an outcome is not the one in expected.yaml. */
import { testScenarios } from 'cluster-twin/vitest';

await testScenarios({ dir: import.meta.dirname, runtime: 'model' });
`;

const WORKFLOW = `# Plays the failures of ${SUITE_FOLDER}/ on real Postgres and Redis. Red when an outcome is not the one in ${SUITE_FOLDER}/expected.yaml.
name: chaos
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  rehearse:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
          cache: npm
      - run: npm ci
      - run: npx twin rehearse
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: chaos
          path: reports/out
`;

/** @param document  the reference document's text */
export const suiteFiles = (name: string, reference: Topology, document: string): readonly SuiteFile[] => [
  { path: `${SUITE_FOLDER}/cluster.yaml`, text: clusterYaml(reference, name) },
  { path: `${SUITE_FOLDER}/${DOCUMENT}`, note: 'what your book says', text: failuresMd(document) },
  { path: `${SUITE_FOLDER}/expected.yaml`, note: 'empty', text: renderExpectations({}) },
  { path: `${SUITE_FOLDER}/suite.test.ts`, note: 'vitest', text: SUITE_TEST },
  { path: '.github/workflows/chaos.yml', text: WORKFLOW },
];
