// The JSON forms of WebAuthn (Level 3, 5.1.8 to 5.1.10) to and from what navigator.credentials takes and gives. Browsers
// have these conversions only since recently.

export interface DescriptorJSON {
  type: "public-key";
  id: string;
  transports?: string[];
}

export interface CreationOptionsJSON {
  rp: { id?: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: PublicKeyCredentialParameters[];
  timeout?: number;
  excludeCredentials?: DescriptorJSON[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
  attestation?: AttestationConveyancePreference;
}

export interface RequestOptionsJSON {
  challenge: string;
  timeout?: number;
  rpId?: string;
  allowCredentials?: DescriptorJSON[];
  userVerification?: UserVerificationRequirement;
}

interface CredentialJSON<Response> {
  id: string;
  rawId: string;
  type: string;
  authenticatorAttachment?: string;
  clientExtensionResults: Record<string, unknown>;
  response: Response;
}

export type RegistrationJSON = CredentialJSON<{ clientDataJSON: string; attestationObject: string; transports: string[] }>;
export type AuthenticationJSON = CredentialJSON<{
  clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string;
}>;

/** base64url without padding (RFC 4648, section 5). */
export function encodeBytes(buffer: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function decodeBytes(text: string): ArrayBuffer {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

const descriptors = (list: readonly DescriptorJSON[] = []): PublicKeyCredentialDescriptor[] =>
  list.map(({ id, transports, ...rest }) => ({
    ...rest, id: decodeBytes(id), ...(transports && { transports: transports as AuthenticatorTransport[] }),
  }));

export const creationOptions = (json: CreationOptionsJSON): PublicKeyCredentialCreationOptions => ({
  ...json,
  challenge: decodeBytes(json.challenge),
  user: { ...json.user, id: decodeBytes(json.user.id) },
  excludeCredentials: descriptors(json.excludeCredentials),
});

export const requestOptions = (json: RequestOptionsJSON): PublicKeyCredentialRequestOptions => ({
  ...json, challenge: decodeBytes(json.challenge), allowCredentials: descriptors(json.allowCredentials),
});

function common(credential: PublicKeyCredential) {
  const { authenticatorAttachment } = credential as { authenticatorAttachment?: string | null };
  return {
    id: credential.id, rawId: encodeBytes(credential.rawId), type: credential.type,
    ...(authenticatorAttachment && { authenticatorAttachment }),
    clientExtensionResults: credential.getClientExtensionResults() as Record<string, unknown>,
  };
}

export function registrationJSON(credential: PublicKeyCredential): RegistrationJSON {
  const response = credential.response as AuthenticatorAttestationResponse & { getTransports?: () => string[] };
  return {
    ...common(credential),
    response: {
      clientDataJSON: encodeBytes(response.clientDataJSON),
      attestationObject: encodeBytes(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

export function authenticationJSON(credential: PublicKeyCredential): AuthenticationJSON {
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...common(credential),
    response: {
      clientDataJSON: encodeBytes(response.clientDataJSON),
      authenticatorData: encodeBytes(response.authenticatorData),
      signature: encodeBytes(response.signature),
      ...(response.userHandle && { userHandle: encodeBytes(response.userHandle) }),
    },
  };
}
