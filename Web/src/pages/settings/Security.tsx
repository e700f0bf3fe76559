import { texts } from "../../strings/settings";
import { Heading } from "../parts/Frame";
import { Passkeys } from "./Passkeys";
import { Password } from "./Password";
import { Sessions } from "./Sessions";

export default function Security() {
  return (
    <>
      <Heading title={texts.security.title} />
      <Passkeys />
      <Password />
      <Sessions />
    </>
  );
}
