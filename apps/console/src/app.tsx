import { Suspense, type ReactElement } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { NotFound } from './shell/not-found';
import { Waiting } from './components/layout/states';
import { SignIn } from './session/sign-in';
import { useSession } from './shell/console';
import './shell/shell.css';
import { lazyPage } from './shell/lazy-page';
import { PageBoundary } from './shell/page-boundary';
import { Shell } from './shell/shell';

const Overview = lazyPage('', () => import('./pages/overview/overview'));
const ClusterMap = lazyPage('map', () => import('./pages/map/cluster-map'));
const Workloads = lazyPage('workloads', () => import('./pages/workloads/workloads'));
const Workload = lazyPage('workloads', () => import('./pages/workload/workload'));
const Models = lazyPage('models', () => import('./pages/models/models'));
const ModelPlayground = lazyPage('models', () => import('./pages/models/model-playground'));
const Nodes = lazyPage('nodes', () => import('./pages/nodes/nodes'));
const NodePage = lazyPage('nodes', () => import('./pages/nodes/node'));
const Quota = lazyPage('quota', () => import('./pages/quota/quota'));
const Usage = lazyPage('usage', () => import('./pages/usage/usage'));
const Events = lazyPage('events', () => import('./pages/events/events'));
const Access = lazyPage('access', () => import('./pages/access/access'));

/** The console: a page for each address, or the sign-in where nobody is signed in, with why it failed before. */
export function App({ failure }: { readonly failure?: unknown }): ReactElement {
  const [at] = useLocation();
  if (useSession() === undefined) return <SignIn failure={failure} />;
  return (
    <Shell>
      <PageBoundary at={at}>
        <Suspense fallback={<Waiting lines={6} />}>
          <Switch>
            <Route path="/" component={Overview} />
            <Route path="/map" component={ClusterMap} />
            <Route path="/workloads" component={Workloads} />
            <Route path="/workloads/:id/:tab?">
              {({ id, tab }) => <Workload key={id} id={id} tab={tab ?? 'summary'} />}
            </Route>
            <Route path="/models" component={Models} />
            <Route path="/models/playground" component={ModelPlayground} />
            <Route path="/nodes" component={Nodes} />
            <Route path="/nodes/:cluster/:name">
              {({ cluster, name }) => <NodePage key={name} clusterId={cluster} name={name} />}
            </Route>
            <Route path="/quota" component={Quota} />
            <Route path="/usage" component={Usage} />
            <Route path="/events" component={Events} />
            <Route path="/access/:tab?">{({ tab }) => <Access tab={tab} />}</Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </PageBoundary>
    </Shell>
  );
}
