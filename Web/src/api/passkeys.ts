// Passkeys: signing in with one, those of an account, and the account invitations that end in one.

import { path, request } from "./client";
import type { Session } from "./types";
import type { AuthenticationJSON, CreationOptionsJSON, RegistrationJSON, RequestOptionsJSON } from "./webauthn";

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used_at?: string;
}

export interface Challenge<Options> {
  challenge_id: string;
  public_key: Options;
}

export interface AccountInvite {
  workspace_name: string;
  display_name: string;
  expires_at: string;
}

export const passkeys = {
  signInOptions: () => request<Challenge<RequestOptionsJSON>>("POST", "/api/auth/passkey/options", { body: {} }),
  signIn: (challenge: string, credential: AuthenticationJSON) =>
    request<Session>("POST", "/api/auth/passkey/login", { body: { challenge_id: challenge, credential } }),
  list: async () => (await request<{ passkeys: Passkey[] | null }>("GET", "/api/me/passkeys")).passkeys ?? [],
  addOptions: () => request<Challenge<CreationOptionsJSON>>("POST", "/api/me/passkeys/options", { body: {} }),
  add: async (challenge: string, name: string, credential: RegistrationJSON) =>
    (await request<{ passkey: Passkey }>("POST", "/api/me/passkeys", {
      body: { challenge_id: challenge, name, credential },
    })).passkey,
  rename: async (id: string, name: string) =>
    (await request<{ passkey: Passkey }>("PATCH", path`/api/me/passkeys/${id}`, { body: { name } })).passkey,
  remove: (id: string) => request<null>("DELETE", path`/api/me/passkeys/${id}`),
  inviteOptions: (token: string) =>
    request<Challenge<CreationOptionsJSON> & { invite: AccountInvite }>(
      "POST", "/api/auth/invite/options", { body: { token } }),
  acceptInvite: (values: {
    token: string; challenge_id: string; display_name?: string; name?: string; credential: RegistrationJSON;
  }) => request<Session>("POST", "/api/auth/invite/accept", { body: values }),
};
