import { ApiError, path, request } from "./client";
import type { Session, SignInMethods } from "./types";

const unknownMethods: SignInMethods = {
  magic_link: true, password: false, passkey: false, development: false, providers: [],
};

export const auth = {
  /** The ways to sign in; a server that does not tell has the magic link. */
  async methods(): Promise<SignInMethods> {
    try {
      return await request<SignInMethods>("GET", "/api/auth/methods");
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return unknownMethods;
      throw error;
    }
  },
  /** Asks for a link. In development the answer has the token itself. */
  requestMagicLink: (email: string) =>
    request<{ token?: string }>("POST", "/api/auth/magic/request", { body: { email } }),
  consumeMagicLink: (token: string) => request<Session>("POST", "/api/auth/magic/consume", { body: { token } }),
  signInWithPassword: (email: string, password: string) =>
    request<Session>("POST", "/api/auth/password/login", { body: { email, password } }),
  resetPassword: (token: string, password: string) =>
    request<Session>("POST", "/api/auth/password/reset", { body: { token, password } }),
  signOut: () => request<null>("POST", path`/api/auth/logout`),
};
