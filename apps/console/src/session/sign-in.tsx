import { useState, type ReactElement } from 'react';
import { Problem } from '../parts/states';
import { submitting } from '../parts/submitting';
import { useConsole } from '../shell/console';
import { DOCUMENTS } from '../shell/pages';
import { signIn, type Credential } from './tokens';

/** Asks for a credential until the API accepts one. */
export function SignIn(): ReactElement {
  const { api, sessions } = useConsole();
  const [kind, setKind] = useState<Credential['kind']>('application');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (form: FormData): Promise<void> => {
    const [name, secret] = ['name', 'secret'].map((field) => String(form.get(field) ?? ''));
    const credential: Credential =
      kind === 'application'
        ? { kind, id: name ?? '', secret: secret ?? '' }
        : { kind, email: name ?? '', password: secret ?? '' };
    setBusy(true);
    try {
      sessions.begin(await signIn(api, credential, Date.now()));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const labels = kind === 'application' ? ['Client id', 'Client secret'] : ['Email', 'Password'];
  return (
    <main className="sign-in">
      <form onSubmit={submitting(submit)} className="panel">
        <h1>Sign in to Tessera</h1>
        <div className="field">
          <label htmlFor="kind">As</label>
          <select
            id="kind"
            value={kind}
            onChange={({ target }) => setKind(target.value as Credential['kind'])}
          >
            <option value="application">Application</option>
            <option value="user">User</option>
          </select>
        </div>
        <div className="field">
          <label htmlFor="name">{labels[0]}</label>
          <input id="name" name="name" required autoComplete="username" autoFocus />
        </div>
        <div className="field">
          <label htmlFor="secret">{labels[1]}</label>
          <input id="secret" name="secret" type="password" required autoComplete="current-password" />
        </div>
        {error === undefined ? null : <Problem error={error} />}
        <button type="submit" className="button" data-kind="main" disabled={busy}>
          {busy ? 'Signing in' : 'Sign in'}
        </button>
        <p className="soft small">
          A local platform prints a link that signs in, and its credential stands in{' '}
          <code>.tessera/connection.json</code>.
        </p>
        <ul className="documents small">
          {DOCUMENTS.map(([path, name]) => (
            <li key={path}>
              <a href={path}>{name}</a>
            </li>
          ))}
        </ul>
      </form>
    </main>
  );
}
