// A form that shows a refusal: each problem at its field, and the rest below. A second click while the first is under way does nothing.
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { explain, findProblem, type Refusal } from '../graph/refusal.ts';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  /** The path of the field below the input of the mutation, such as "password" or "lines.0.quantity". It is its name as well. */
  name: string;
  refusal: Refusal | undefined;
  hint?: string;
}

export function Field({ label, name, refusal, hint, ...input }: FieldProps) {
  const id = useId();
  const problem = findProblem(refusal, name);
  const note = problem?.message ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={name}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
      />
      <span id={`${id}-note`} className={problem === undefined ? 'quiet' : 'problem'}>
        {note}
      </span>
    </div>
  );
}

interface FormProps {
  action: string;
  children: (refusal: Refusal | undefined) => ReactNode;
  /** Returns why it was refused, or undefined. */
  onSubmit: (values: Record<string, string>) => Promise<Refusal | undefined>;
}

export function Form({ action, children, onSubmit }: FormProps) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (form: HTMLFormElement) => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
      setRefusal(await onSubmit(Object.fromEntries(entries)));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {children(refusal)}
      {refusal !== undefined && refusal.problems.length === 0 && <p role="alert">{explain(refusal)}</p>}
      <button type="submit" className="main" disabled={isBusy}>
        {isBusy ? 'One moment…' : action}
      </button>
    </form>
  );
}
