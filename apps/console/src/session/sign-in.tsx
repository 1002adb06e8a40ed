import { useState, type ReactElement } from 'react';
import { Field } from '../components/forms/field';
import { Problem } from '../components/layout/states';
import { submitting } from '../components/forms/submitting';
import { useSending } from '../components/forms/use-sending';
import { useConsole } from '../shell/console';
import { DOCUMENTS } from '../shell/pages';
import { ProviderButtons } from './provider/provider-buttons';
import './sign-in.css';
import { signIn, type Credential } from './tokens';

const KINDS = [
  ['application', 'Application', 'Client id', 'Client secret'],
  ['user', 'User', 'Email', 'Password'],
] as const;

/** Offers the identity providers, and asks for a credential of the platform, until the API accepts one. */
export function SignIn({ failure }: { readonly failure?: unknown }): ReactElement {
  return (
    <main className="sign-in">
      <div className="panel">
        <header>
          <img src="/favicon.ico" alt="" width="36" height="36" />
          <h1>Sign in to Tessera</h1>
        </header>
        {failure === undefined ? null : <Problem error={failure} />}
        <ProviderButtons />
        <CredentialForm />
      </div>
      <ul className="documents small">
        {DOCUMENTS.map(([path, name]) => (
          <li key={path}>
            <a href={path}>{name}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}

function CredentialForm(): ReactElement {
  const { api, sessions } = useConsole();
  const [kind, setKind] = useState<Credential['kind']>('application');
  const { busy, error, send } = useSending();
  const submit = (form: FormData): Promise<void> =>
    send(async () => {
      const [name, secret] = ['name', 'secret'].map((field) => String(form.get(field) ?? ''));
      const credential: Credential =
        kind === 'application'
          ? { kind, id: name ?? '', secret: secret ?? '' }
          : { kind, email: name ?? '', password: secret ?? '' };
      sessions.begin(await signIn(api, credential, Date.now()));
    });
  const [, , nameLabel, secretLabel] = KINDS.find(([one]) => one === kind) ?? KINDS[0];
  return (
    <form className="draft" onSubmit={submitting(submit)}>
      <Field label="As">
        {(id) => (
          <select id={id} value={kind} onChange={({ target }) => setKind(target.value as Credential['kind'])}>
            {KINDS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={nameLabel}>
        {(id) => <input id={id} name="name" required autoComplete="username" autoFocus />}
      </Field>
      <Field label={secretLabel}>
        {(id) => <input id={id} name="secret" type="password" required autoComplete="current-password" />}
      </Field>
      {error === undefined ? null : <Problem error={error} />}
      <button type="submit" className="button" data-kind="main" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </button>
      <p className="soft small">
        A local platform prints a link that signs in, and its credential stands in{' '}
        <code>.tessera/connection.json</code>.
      </p>
    </form>
  );
}
