// For every type of change that GraphQL Inspector reports: how the report describes it, and which operations notice it although
// the candidate still accepts them. Operations that the candidate refuses are found by validation and need no entry here.
import { ChangeType, type TypeOfChangeType } from '@graphql-inspector/core';

/** How an operation notices a change. impact.ts decides which operations do. */
export type Effect =
  | 'returns another type'
  | 'may return the enum value'
  | 'may return the type'
  | 'omits the argument'
  | 'uses the field'
  | 'variable lacks it'
  | 'variable may carry it'
  | 'variable may omit it';

export interface ChangeTraits {
  /** The change adds a type or a field. The parts of the new type or field are not reported one by one. */
  isAddition?: true;
  /** The change concerns a description, which the report does not quote. */
  description?: 'is new' | 'is gone' | 'changed';
  isDirectiveUsage?: true;
  ifBreaking?: Effect;
  ifDangerous?: Effect;
}

/** The type of a change that GraphQL Inspector cannot see: the composed directives of a field. */
export const directivesChanged = 'DIRECTIVES_CHANGED';

/** `npm run types` fails when the library brings a type of change that has no entry. */
const traits: Readonly<Record<TypeOfChangeType | typeof directivesChanged, ChangeTraits>> = {
  [directivesChanged]: { ifDangerous: 'uses the field' },
  [ChangeType.FieldArgumentDescriptionChanged]: { description: 'changed' },
  [ChangeType.FieldArgumentDefaultChanged]: { ifDangerous: 'omits the argument' },
  [ChangeType.FieldArgumentTypeChanged]: {},
  [ChangeType.DirectiveRemoved]: {},
  [ChangeType.DirectiveAdded]: {},
  [ChangeType.DirectiveDescriptionChanged]: { description: 'changed' },
  [ChangeType.DirectiveLocationAdded]: {},
  [ChangeType.DirectiveLocationRemoved]: {},
  [ChangeType.DirectiveArgumentAdded]: {},
  [ChangeType.DirectiveArgumentRemoved]: {},
  [ChangeType.DirectiveArgumentDescriptionChanged]: { description: 'changed' },
  [ChangeType.DirectiveArgumentDefaultValueChanged]: {},
  [ChangeType.DirectiveArgumentTypeChanged]: {},
  [ChangeType.DirectiveRepeatableAdded]: {},
  [ChangeType.DirectiveRepeatableRemoved]: {},
  [ChangeType.EnumValueRemoved]: { ifBreaking: 'variable may carry it' },
  [ChangeType.EnumValueAdded]: { ifDangerous: 'may return the enum value' },
  [ChangeType.EnumValueDescriptionChanged]: { description: 'changed' },
  [ChangeType.EnumValueDeprecationReasonChanged]: {},
  [ChangeType.EnumValueDeprecationReasonAdded]: {},
  [ChangeType.EnumValueDeprecationReasonRemoved]: {},
  [ChangeType.FieldRemoved]: {},
  [ChangeType.FieldAdded]: { isAddition: true },
  [ChangeType.FieldDescriptionChanged]: { description: 'changed' },
  [ChangeType.FieldDescriptionAdded]: { description: 'is new' },
  [ChangeType.FieldDescriptionRemoved]: { description: 'is gone' },
  [ChangeType.FieldDeprecationAdded]: {},
  [ChangeType.FieldDeprecationRemoved]: {},
  [ChangeType.FieldDeprecationReasonChanged]: {},
  [ChangeType.FieldDeprecationReasonAdded]: {},
  [ChangeType.FieldDeprecationReasonRemoved]: {},
  [ChangeType.FieldTypeChanged]: { ifBreaking: 'returns another type' },
  [ChangeType.FieldArgumentAdded]: { ifDangerous: 'omits the argument' },
  [ChangeType.FieldArgumentRemoved]: {},
  [ChangeType.InputFieldRemoved]: { ifBreaking: 'variable may carry it' },
  [ChangeType.InputFieldAdded]: {
    isAddition: true,
    ifBreaking: 'variable lacks it',
    ifDangerous: 'variable may omit it',
  },
  [ChangeType.InputFieldDescriptionAdded]: { description: 'is new' },
  [ChangeType.InputFieldDescriptionRemoved]: { description: 'is gone' },
  [ChangeType.InputFieldDescriptionChanged]: { description: 'changed' },
  [ChangeType.InputFieldDefaultValueChanged]: { ifDangerous: 'variable may omit it' },
  [ChangeType.InputFieldTypeChanged]: { ifBreaking: 'variable may carry it' },
  [ChangeType.ObjectTypeInterfaceAdded]: { ifDangerous: 'may return the type' },
  [ChangeType.ObjectTypeInterfaceRemoved]: {},
  [ChangeType.SchemaQueryTypeChanged]: {},
  [ChangeType.SchemaMutationTypeChanged]: {},
  [ChangeType.SchemaSubscriptionTypeChanged]: {},
  [ChangeType.TypeRemoved]: {},
  [ChangeType.TypeAdded]: { isAddition: true },
  [ChangeType.TypeKindChanged]: {},
  [ChangeType.TypeDescriptionChanged]: { description: 'changed' },
  [ChangeType.TypeDescriptionRemoved]: { description: 'is gone' },
  [ChangeType.TypeDescriptionAdded]: { description: 'is new' },
  [ChangeType.UnionMemberRemoved]: {},
  [ChangeType.UnionMemberAdded]: { ifDangerous: 'may return the type' },
  [ChangeType.DirectiveUsageUnionMemberAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageUnionMemberRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageEnumAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageEnumRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageEnumValueAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageEnumValueRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageInputObjectAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageInputObjectRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageFieldAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageFieldRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageScalarAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageScalarRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageObjectAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageObjectRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageInterfaceAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageInterfaceRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageArgumentDefinitionAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageArgumentDefinitionRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageSchemaAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageSchemaRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageFieldDefinitionAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageFieldDefinitionRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageInputFieldDefinitionAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageInputFieldDefinitionRemoved]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageArgumentAdded]: { isDirectiveUsage: true },
  [ChangeType.DirectiveUsageArgumentRemoved]: { isDirectiveUsage: true },
};

/** Throws for a type of change without an entry: its effect on operations is unknown, so no check may pass. */
export function getTraits(type: string): ChangeTraits {
  const found = Object.hasOwn(traits, type) ? traits[type as keyof typeof traits] : undefined;
  if (found === undefined)
    throw new Error(
      `GraphQL Inspector reports a change of type "${type}"; add it to checks/schema/change-types.ts`,
    );
  return found;
}
