import type { SignInProvider } from "../../api";
import { strings } from "../../strings";

export function Providers({ providers }: { providers: readonly SignInProvider[] }) {
  return (
    <div className="providers">
      {providers.map((provider) => (
        <a key={provider.id} className="button button-plain" href={provider.start_url}>{strings.signIn.with(provider.name)}</a>
      ))}
    </div>
  );
}
