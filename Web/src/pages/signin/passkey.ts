// Asks the browser for a passkey, or to make one.

import { ApiError } from "../../api";
import { passkeys } from "../../api/passkeys";
import {
  authenticationJSON, creationOptions, registrationJSON, requestOptions, type CreationOptionsJSON, type RegistrationJSON,
} from "../../api/webauthn";
import { strings } from "../../strings";

/** Browsers have passkeys in secure contexts only. */
export const canUsePasskeys = (): boolean => typeof PublicKeyCredential !== "undefined" && isSecureContext;

export async function signInWithPasskey(): Promise<void> {
  const { challenge_id, public_key } = await passkeys.signInOptions();
  const credential = await asked(navigator.credentials.get({ publicKey: requestOptions(public_key) }));
  await passkeys.signIn(challenge_id, authenticationJSON(credential));
}

export const makePasskey = async (options: CreationOptionsJSON): Promise<RegistrationJSON> =>
  registrationJSON(await asked(navigator.credentials.create({ publicKey: creationOptions(options) })));

async function asked(asking: Promise<Credential | null>): Promise<PublicKeyCredential> {
  let credential: Credential | null;
  try {
    credential = await asking;
  } catch (error) {
    throw new ApiError(0, reason(error));
  }
  if (!credential) throw new ApiError(0, strings.signIn.passkeyCancelled);
  return credential as PublicKeyCredential;
}

function reason(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return strings.signIn.passkeyKnown;
  return name === "NotAllowedError" || name === "AbortError" ? strings.signIn.passkeyCancelled : strings.signIn.passkeyFailed;
}
