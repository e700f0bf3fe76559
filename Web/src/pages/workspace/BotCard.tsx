// One bot: its tokens, new tokens and setup codes, and its end.

import { useState } from "react";
import type { User } from "../../api";
import { bots, type BotToken } from "../../api/bots";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { clockTime, dateOf, timeAgo } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import { TextField } from "../../ui/Field";
import { MenuButton, type MenuItem } from "../../ui/Menu";
import { Facts, Row, Tag } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { run } from "../parts/run";
import { ScopesField } from "../parts/ScopesField";
import { showSecret } from "../parts/Secret";

const words = texts.bots;

export interface BotCardProps {
  workspaceID: string;
  bot: User;
  tokens: readonly BotToken[];
  /** Whether tokens may be made and revoked here, and whether the bot may be taken out. */
  manages: boolean;
  removes: boolean;
  mine: boolean;
  note?: string;
  onChange: () => void;
}

export function BotCard({ workspaceID, bot, tokens, manages, removes, mine, note, onChange }: BotCardProps) {
  const active = tokens.filter((token) => !token.revoked_at);
  const items = (): (MenuItem | null)[] => [
    ...(manages ? [
      { id: "token", label: words.newToken, icon: "key" as const, onSelect: newToken },
      { id: "code", label: words.setupCode, icon: "plug" as const, onSelect: newCode },
    ] : []),
    ...(removes || manages ? [null] : []),
    ...(removes ? [{ id: "leave", label: words.leave, icon: "exit" as const, danger: true, onSelect: leave }] : []),
    ...(manages ? [{ id: "delete", label: words.remove, icon: "trash" as const, danger: true, onSelect: remove }] : []),
  ];
  const newToken = () => openDialog((close) => (
    <TokenDialog title={words.newTokenOf(bot.display_name)} action={strings.common.create} onClose={close}
      onMake={async (name, scopes) => {
        const { token } = await bots.createToken(workspaceID, bot.id, { name, scopes });
        onChange();
        if (token) showSecret(words.newTokenOf(bot.display_name), words.token, token);
      }} />
  ));
  const newCode = () => openDialog((close) => (
    <TokenDialog title={words.setupCodeOf(bot.display_name)} action={strings.common.create} onClose={close}
      onMake={async (name, scopes) => {
        const { code, expires_at } = await bots.createSetupCode(workspaceID, bot.id, { name, scopes });
        if (code) {
          showSecret(words.setupCodeOf(bot.display_name), words.setupCode, code,
            `${words.setupText} ${words.setupUntil(clockTime(expires_at))}`);
        }
      }} />
  ));
  const leave = () => confirm(
    { title: words.leaveTitle(bot.display_name), text: words.leaveText, action: words.leave },
    () => run(bots.leave(workspaceID, bot.id), onChange));
  const remove = () => confirm(
    { title: words.removeTitle(bot.display_name), text: words.removeText, action: words.remove },
    () => run(bots.remove(bot.id), onChange));
  return (
    <Row id={bot.id} picture={<Avatar user={bot} />}
      title={<>{bot.display_name}{mine && <Tag>{words.yours}</Tag>}</>}
      meta={<Facts of={[bot.handle && `@${bot.handle}`, words.tokens(active.length), note]} />}
      below={active.length > 0 && (
        <ul className="tokens">
          {active.map((token) => (
            <li key={token.id}>
              <div>
                <strong>{token.name}</strong>
                <div className="list-meta"><Facts of={[
                  token.last_used_at ? words.lastUsed(timeAgo(token.last_used_at)) : words.neverUsed, dateOf(token.created_at),
                  words.scopesOf(token.scopes.join(", ")),
                ]} /></div>
              </div>
              {manages && (
                <Button tone="quiet" aria-label={words.revokeTokenOf(token.name)}
                  onClick={() => run(bots.revokeToken(token.id), onChange)}>{words.revokeToken}</Button>
              )}
            </li>
          ))}
        </ul>
      )}>
      {(manages || removes) && <MenuButton label={words.manageOf(bot.display_name)} items={items} />}
    </Row>
  );
}

function TokenDialog({ title, action, onMake, onClose }: {
  title: string; action: string; onMake: (name: string, scopes: string[]) => Promise<void>; onClose: () => void;
}) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["bot:write"]);
  return (
    <FormDialog title={title} action={action} disabled={!scopes.length} onClose={onClose} onSubmit={() => onMake(name.trim(), scopes)}>
      <TextField label={words.tokenName} value={name} required maxLength={80} autoFocus
        onChange={(event) => setName(event.target.value)} />
      <ScopesField value={scopes} onChange={setScopes} />
    </FormDialog>
  );
}
