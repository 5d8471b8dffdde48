import { badBody, invalidStream, invalidToxicType, toxicExists, toxicNotFound } from './api-error.ts';
import { fieldsOf, goTypeOf, optional, type JsonObject } from './go-json.ts';
import type { Link } from './link.ts';
import { TOXIC_TYPES } from './toxics/index.ts';
import type { Attributes, Direction, Toxic, ToxicType } from './toxics/toxic.ts';

/**
 * The toxics of one proxy, in order, one list a direction. Every edit acts on the open connections at once.
 * @see toxiproxy 2.12 toxic_collection.go
 */
export class Chain {
  readonly toxics: Readonly<Record<Direction, Toxic[]>> = { upstream: [], downstream: [] };
  readonly #linksOf: (direction: Direction) => Iterable<Link>;

  constructor(linksOf: (direction: Direction) => Iterable<Link>) {
    this.#linksOf = linksOf;
  }

  /** Upstream toxics first, then downstream, as the API lists them. */
  list(): readonly Toxic[] {
    return [...this.toxics.upstream, ...this.toxics.downstream];
  }

  get(name: string): Toxic {
    const toxic = this.list().find((candidate) => candidate.name === name);
    if (!toxic) throw toxicNotFound();
    return toxic;
  }

  /** Body of POST …/toxics: `{type, stream?, name?, toxicity?, attributes?}`. */
  add(body: unknown): Toxic {
    const fields = fieldsOf(body, 'toxics.ToxicWrapper');
    const struct = 'ToxicWrapper';
    const type = optional(fields, 'type', 'string', struct) ?? '';
    const stream = optional(fields, 'stream', 'string', struct) ?? 'downstream';
    const name = optional(fields, 'name', 'string', struct) ?? '';
    const toxicity = optional(fields, 'toxicity', 'float32', struct) ?? 1;
    const attributes = attributesOf(fields, `${struct}.attributes of type toxics.NoopToxic`);
    const direction = stream.toLowerCase();
    if (direction !== 'upstream' && direction !== 'downstream') throw invalidStream();
    const definition = TOXIC_TYPES.get(type);
    if (!definition) throw invalidToxicType();
    const toxic: Toxic = {
      name: name || `${type}_${stream}`,
      stream,
      direction,
      definition,
      attributes: decodeAttributes(definition, emptyAttributes(definition), attributes),
      toxicity,
    };
    if (this.list().some((other) => other.name === toxic.name)) throw toxicExists();
    this.toxics[direction].push(toxic);
    for (const link of this.#linksOf(direction)) link.addToxic(toxic);
    return toxic;
  }

  /** Body of PATCH …/toxics/{t}: `{attributes?, toxicity?}`; what is absent keeps its value. */
  update(name: string, body: unknown): Toxic {
    const toxic = this.get(name);
    const { definition } = toxic;
    const fields = fieldsOf(
      body,
      'struct { Attributes interface {} "json:\\"attributes\\""; Toxicity float32 "json:\\"toxicity\\"" }',
    );
    const given = attributesOf(fields, `.attributes of type toxics.${goTypeOf(definition.type)}`);
    const attributes = decodeAttributes(definition, toxic.attributes, given);
    toxic.toxicity = optional(fields, 'toxicity', 'float32', '') ?? toxic.toxicity;
    Object.assign(toxic.attributes, attributes);
    for (const link of this.#linksOf(toxic.direction)) link.updateToxic(toxic);
    return toxic;
  }

  remove(name: string): void {
    const toxic = this.get(name);
    const list = this.toxics[toxic.direction];
    list.splice(list.indexOf(toxic), 1);
    for (const link of this.#linksOf(toxic.direction)) link.removeToxic(toxic);
  }

  reset(): void {
    for (const toxic of this.list()) this.remove(toxic.name);
  }
}

function attributesOf(fields: JsonObject, at: string): JsonObject {
  const value = fields.get('attributes');
  if (value === undefined || value === null) return new Map();
  return fieldsOf(value, at, 'Go struct field');
}

const emptyAttributes = (definition: ToxicType): Attributes =>
  Object.fromEntries(Object.entries(definition.fields).map(([name, kind]) => [name, kind === 'string' ? '' : 0]));

function decodeAttributes(definition: ToxicType, current: Attributes, given: JsonObject): Attributes {
  const attributes = { ...current };
  for (const [name, kind] of Object.entries(definition.fields)) {
    const value = optional(given, name, kind, `${goTypeOf(definition.type)}.attributes`);
    if (value !== undefined) attributes[name] = value;
  }
  const contradiction = definition.check?.(attributes);
  if (contradiction !== undefined) throw badBody(contradiction);
  return attributes;
}

/** Kept here so that callers need not know how a toxic is shown. */
export const toxicJson = (toxic: Toxic): object => ({
  attributes: toxic.attributes,
  name: toxic.name,
  type: toxic.definition.type,
  stream: toxic.stream,
  toxicity: toxic.toxicity,
});
