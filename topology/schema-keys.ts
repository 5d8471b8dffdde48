/** What the schema reads at a path: for messages that tell the choices, and for paths that are written by hand. */
import { z } from 'zod';
import { topologySchema } from './schema.ts';
import { settingsOf } from './settings.ts';

/** The schema below what only says "may be left out". */
const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? bare(schema.unwrap())
    : schema;

/** Keys that an object's schema reads; of anything else none. */
export const schemaKeys = (schema: unknown): string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

/** The value at a path; undefined where there is none. */
export const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined | null)?.[key], input);

/**
 * The schema of what stands at a path of a topology; undefined where it reads nothing.
 * @param input  the topology, for what depends on it: whose settings they are
 */
export const schemaAt = (path: readonly PropertyKey[], input: unknown): unknown =>
  path.reduce<unknown>((schema, key, index) => {
    const own = key === 'settings' ? settingsOf(valueAt(input, [...path.slice(0, index), 'role'])) : undefined;
    if (own !== undefined) return own;
    if (schema instanceof z.ZodObject) return bare((schema.shape as Record<PropertyKey, unknown>)[key]);
    return schema instanceof z.ZodRecord ? bare(schema.valueType) : undefined;
  }, bare(topologySchema));

/** Keys that are right at a path, whoever wrote the file; none below a record, whose keys are the file's own. */
export const keysAt = (path: readonly PropertyKey[], input: unknown): string[] => schemaKeys(schemaAt(path, input));
