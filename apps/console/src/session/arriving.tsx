import type { ReactElement } from 'react';
import { Waiting } from '../components/layout/states';
import './sign-in.css';

/** Stands where the page will be while somebody is being signed in. */
export const Arriving = (): ReactElement => (
  <main className="sign-in">
    <div className="panel">
      <h1>Signing in</h1>
      <Waiting lines={3} />
    </div>
  </main>
);
