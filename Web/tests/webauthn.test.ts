import assert from "node:assert/strict";
import { test } from "node:test";
import { creationOptions, decodeBytes, encodeBytes, registrationJSON, requestOptions } from "../src/api/webauthn";
import { Random } from "./random";

test("bytes survive base64url, which has neither padding nor characters that addresses dislike", () => {
  const random = new Random(7);
  for (let length = 0; length < 200; length += 1) {
    const bytes = Uint8Array.from({ length }, () => random.below(256));
    const text = encodeBytes(bytes.buffer);
    assert.ok(/^[A-Za-z0-9_-]*$/.test(text), text);
    assert.deepEqual(new Uint8Array(decodeBytes(text)), bytes);
  }
  assert.equal(encodeBytes(Uint8Array.from([251, 255, 254]).buffer), "-__-");
});

test("options become what navigator.credentials takes", () => {
  const made = creationOptions({
    rp: { id: "localhost", name: "ClickClack" }, user: { id: "AQI", name: "ada", displayName: "Ada" }, challenge: "AwQ",
    pubKeyCredParams: [{ type: "public-key", alg: -7 }], excludeCredentials: [{ type: "public-key", id: "BQ", transports: ["usb"] }],
  });
  assert.deepEqual(new Uint8Array(made.user.id as ArrayBuffer), Uint8Array.of(1, 2));
  assert.deepEqual(new Uint8Array(made.challenge as ArrayBuffer), Uint8Array.of(3, 4));
  assert.deepEqual(made.excludeCredentials?.map(({ id, transports }) => [[...new Uint8Array(id as ArrayBuffer)], transports]), [[[5], ["usb"]]]);
  assert.equal(made.rp.id, "localhost");
  const asked = requestOptions({ challenge: "AwQ", rpId: "localhost", userVerification: "preferred" });
  assert.deepEqual(asked.allowCredentials, []);
  assert.equal(asked.userVerification, "preferred");
});

test("what the browser made becomes JSON", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values).buffer;
  const credential = {
    id: "AQI", rawId: bytes(1, 2), type: "public-key", authenticatorAttachment: "platform", getClientExtensionResults: () => ({}),
    response: { clientDataJSON: bytes(3), attestationObject: bytes(4), getTransports: () => ["internal"] },
  } as unknown as PublicKeyCredential;
  assert.deepEqual(registrationJSON(credential), {
    id: "AQI", rawId: "AQI", type: "public-key", authenticatorAttachment: "platform", clientExtensionResults: {},
    response: { clientDataJSON: "Aw", attestationObject: "BA", transports: ["internal"] },
  });
});
