// Signs in, or opens an account and signs in with it. The fields are named as the inputs of the mutations.
import { useState } from 'react';
import type { OpenedSession } from '../graph/session.ts';
import type { Actions } from './client.ts';
import { Field, Form } from './form.tsx';

interface SignInFormProps {
  actions: Actions;
  onOpened: (opened: OpenedSession) => void;
}

export function SignInForm({ actions, onOpened }: SignInFormProps) {
  const [isNew, setIsNew] = useState(false);
  const submit = async ({ name = '', email = '', password = '' }: Record<string, string>) => {
    if (isNew) {
      const { refusal } = await actions.signUp({ name, email, password });
      if (refusal !== undefined) return refusal;
    }
    const { value, refusal } = await actions.signIn({ email, password });
    if (value !== undefined) onOpened(value);
    return refusal;
  };
  return (
    <>
      <Form key={String(isNew)} action={isNew ? 'Create account' : 'Sign in'} onSubmit={submit}>
        {(refusal) => (
          <>
            {isNew && <Field label="Name" name="name" autoComplete="name" refusal={refusal} />}
            <Field label="Email" name="email" type="email" autoComplete="email" refusal={refusal} />
            <Field
              label="Password"
              name="password"
              type="password"
              autoComplete={isNew ? 'new-password' : 'current-password'}
              hint={isNew ? 'At least 12 characters' : 'On demo data: ada@example.com, tributary demo'}
              refusal={refusal}
            />
          </>
        )}
      </Form>
      <button type="button" className="plain" onClick={() => setIsNew(!isNew)}>
        {isNew ? 'I have an account' : 'I have no account'}
      </button>
    </>
  );
}
