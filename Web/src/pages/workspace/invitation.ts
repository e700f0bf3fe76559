import type { Invite } from "../../api/invites";

/** Why an invitation no longer works, if it does not. */
export function endOf(invite: Invite, now = Date.now()): "revoked" | "expired" | "usedUp" | null {
  if (invite.revoked_at) return "revoked";
  if (new Date(invite.expires_at).getTime() <= now) return "expired";
  return invite.uses >= invite.max_uses ? "usedUp" : null;
}
