// A type of event: a name in the past tense, what it means, and the schema of its data. It stands in the folder events/ of its publisher
// and never changes its meaning: a change that breaks a follower is a new type.
import { z } from 'zod';

export interface EventType<Data extends z.ZodObject = z.ZodObject> {
  /** `purchase.completed`: the entity that has changed, and what has happened to it. */
  name: string;
  /** One sentence for the catalogue. */
  description: string;
  /** The data beside the envelope. It holds ids and facts, and no personal data. */
  data: Data;
}

/** The data of an event of this type, as a follower receives it. */
export type DataOf<Type extends EventType> = z.infer<Type['data']>;

const namePattern = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/;

/** Throws for a name that is not `entity.past-tense`. Unknown members of the data are refused, so that none is published by mistake. */
export function defineEvent<Shape extends z.ZodRawShape>(type: {
  name: string;
  description: string;
  data: Shape;
}): EventType<z.ZodObject<Shape>> {
  if (!namePattern.test(type.name))
    throw new Error(`the name of an event is entity.past-tense: ${type.name}`);
  return { ...type, data: z.strictObject(type.data) as unknown as z.ZodObject<Shape> };
}

/** Money in the data of an event: the amount is a decimal string, because a JSON number would lose digits. */
export const moneyData = z.strictObject({
  amount: z.string().regex(/^\d+(\.\d+)?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
});
