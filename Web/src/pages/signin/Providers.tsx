import type { SignInProvider } from "../../api";
import { query } from "../../api/client";
import { strings } from "../../strings";

/** Signing in at another service, which sends the browser back to where it was. */
export function Providers({ providers }: { providers: readonly SignInProvider[] }) {
  return (
    <>
      {providers.map((provider) => (
        <a key={provider.id} className="button button-plain"
          href={query(provider.start_url, { return_to: location.pathname.startsWith("/app") ? location.pathname : "/app" })}>
          {strings.signIn.with(provider.name)}
        </a>
      ))}
    </>
  );
}
