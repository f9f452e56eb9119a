// All journeys. Each world runs each of them.
import { apiSchema } from './api-schema.ts';
import { buy } from './buy.ts';
import { caching } from './caching.ts';
import { catalogue } from './catalogue.ts';
import { events } from './events.ts';
import type { Journey } from './journey.ts';
import { privacy } from './privacy.ts';
import { signIn } from './sign-in.ts';

export const journeys: Readonly<Record<string, Journey>> = {
  'reading the schema': apiSchema,
  'signing in': signIn,
  'keeping the catalogue': catalogue,
  caching,
  buying: buy,
  events,
  privacy,
};
