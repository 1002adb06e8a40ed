import { Component, type ReactNode } from 'react';
import { loadOtherPages } from './lazy-page';

/** The page that is shown has loaded by then, ms. */
const REST_MS = 1_500;

interface Props {
  /** The address; what failed at one does not fail at another. */
  readonly at: string;
  readonly children: ReactNode;
}

interface State {
  readonly failed: { readonly cause: unknown } | undefined;
  readonly at: string;
}

/** Keeps the frame where a page cannot be loaded, or fails, and offers to load it again. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { at: this.props.at, failed: undefined };

  static getDerivedStateFromError = (cause: unknown): Pick<State, 'failed'> => ({ failed: { cause } });

  static getDerivedStateFromProps = ({ at }: Props, state: State): State =>
    at === state.at ? state : { at, failed: undefined };

  private timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.timer = setTimeout(loadOtherPages, REST_MS);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.timer);
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (failed === undefined) return this.props.children;
    const { cause } = failed;
    return (
      <div className="notice" data-tone="bad" role="alert">
        <strong>This page could not be shown</strong>
        <span>The API cannot be reached, or has a newer console than this one.</span>
        <code>{cause instanceof Error ? cause.message : String(cause)}</code>
        <button type="button" className="button" onClick={() => location.reload()}>
          Load again
        </button>
      </div>
    );
  }
}
