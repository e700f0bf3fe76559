import { useState } from "react";
import { api } from "../../api";
import { toast } from "../../commands/report";
import { texts } from "../../strings/settings";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Heading } from "../parts/Frame";
import { useAttempt } from "../parts/useAttempt";
import { isHandle, isWebAddress } from "./rules";
import { setMe, useMe } from "./useMe";

export function Profile() {
  const me = useMe();
  const [name, setName] = useState(me.display_name);
  const [handle, setHandle] = useState(me.handle);
  const [avatar, setAvatar] = useState(me.avatar_url);
  const { busy, error, attempt } = useAttempt();
  const badHandle = !isHandle(handle);
  const badAvatar = !isWebAddress(avatar);
  const changed = name.trim() !== me.display_name || handle !== me.handle || avatar.trim() !== me.avatar_url;
  const save = async () => {
    const saved = await api.me.update({
      display_name: name.trim(),
      ...(handle !== me.handle && { handle: handle.trim() }),
      ...(avatar.trim() !== me.avatar_url && { avatar_url: avatar.trim() }),
    });
    setMe(saved);
    setName(saved.display_name);
    setHandle(saved.handle);
    setAvatar(saved.avatar_url);
    toast(texts.frame.saved, "success");
  };
  return (
    <>
      <Heading title={texts.profile.title}>{texts.profile.intro}</Heading>
      <form className="form profile-form" onSubmit={(event) => {
        event.preventDefault();
        attempt(save);
      }}>
        <div className="profile-preview">
          <Avatar user={{ ...me, display_name: name || me.display_name, avatar_url: badAvatar ? "" : avatar.trim() }} size="large" />
          <div>
            <p className="profile-name">{name || me.display_name}</p>
            {handle && !badHandle && <p className="quiet">@{handle.trim().replace(/^@/, "").toLowerCase()}</p>}
          </div>
        </div>
        <TextField label={texts.profile.displayName} required maxLength={80} autoComplete="name" value={name}
          onChange={(event) => setName(event.target.value)} />
        <TextField label={texts.profile.handle} hint={texts.profile.handleHint} value={handle} spellCheck={false}
          autoCapitalize="none" error={badHandle ? texts.profile.handleBad : ""}
          onChange={(event) => setHandle(event.target.value)} />
        <TextField label={texts.profile.avatar} hint={texts.profile.avatarHint} value={avatar} inputMode="url" spellCheck={false}
          error={badAvatar ? texts.profile.avatarBad : ""} onChange={(event) => setAvatar(event.target.value)} />
        {error && <p className="form-error" role="alert">{error}</p>}
        <div className="form-actions">
          <Button tone="primary" type="submit" busy={busy} disabled={!changed || badHandle || badAvatar || !name.trim()}>
            {texts.profile.save}
          </Button>
        </div>
      </form>
    </>
  );
}
