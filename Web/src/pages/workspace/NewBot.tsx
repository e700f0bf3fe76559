import { useState } from "react";
import { bots } from "../../api/bots";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import { FormDialog } from "../parts/FormDialog";
import { ScopesField } from "../parts/ScopesField";
import { showSecret } from "../parts/Secret";
import { isHandle, isWebAddress } from "../settings/rules";
import { useMe } from "../settings/useMe";

const words = texts.bots;

/** A bot of the workspace, for owners and moderators, or of oneself. */
export function NewBot({ workspaceID, service, onCreated, onClose }: {
  workspaceID: string; service: boolean; onCreated: () => void; onClose: () => void;
}) {
  const me = useMe();
  const [name, setName] = useState("");
  const [handle, setHandle] = useState("");
  const [avatar, setAvatar] = useState("");
  const [own, setOwn] = useState(!service);
  const [withToken, setWithToken] = useState(true);
  const [scopes, setScopes] = useState<string[]>(["bot:write"]);
  const bad = !isHandle(handle) || !isWebAddress(avatar) || (withToken && !scopes.length);
  return (
    <FormDialog title={words.create} action={strings.common.create} disabled={bad} onClose={onClose} onSubmit={async () => {
      const { bot_token } = await bots.create(workspaceID, {
        display_name: name.trim(), initial_token: withToken,
        ...(handle.trim() && { handle: handle.trim() }), ...(avatar.trim() && { avatar_url: avatar.trim() }),
        ...(own && { owner_user_id: me.id }), ...(withToken && { scopes }),
      });
      onCreated();
      if (bot_token?.token) showSecret(words.newTokenOf(name.trim()), words.token, bot_token.token);
    }}>
      <TextField label={words.name} required maxLength={80} autoFocus value={name} onChange={(event) => setName(event.target.value)} />
      <TextField label={words.handle} value={handle} spellCheck={false} error={isHandle(handle) ? "" : texts.profile.handleBad}
        onChange={(event) => setHandle(event.target.value)} />
      <TextField label={words.avatar} value={avatar} spellCheck={false} error={isWebAddress(avatar) ? "" : texts.profile.avatarBad}
        onChange={(event) => setAvatar(event.target.value)} />
      {service && (
        <SelectField label={words.owner} value={own ? "own" : "service"} onChange={(event) => setOwn(event.target.value === "own")}>
          <option value="service">{words.service}</option>
          <option value="own">{words.own}</option>
        </SelectField>
      )}
      <CheckField label={words.withToken} checked={withToken} onChange={(event) => setWithToken(event.target.checked)} />
      {withToken && <ScopesField value={scopes} onChange={setScopes} />}
    </FormDialog>
  );
}
