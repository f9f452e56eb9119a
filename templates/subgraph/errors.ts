// The refusals of reviews. The SDL description of a mutation names the codes with which it can refuse.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  TEXT_INVALID:
    'A text must have 1 to 2000 characters, no invisible characters, and no control characters except line breaks and tabs.',
  REVIEW_EXISTS: 'You have already written another text about this product.',
} as const;

export const refuse = defineRefusals(refusals);
