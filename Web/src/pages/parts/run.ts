import { report } from "../../commands/report";

/** Does something and, when it worked, something after it; what went wrong is said at the edge of the screen. */
export function run<Value>(action: Promise<Value>, then: (value: Value) => void = () => undefined): void {
  action.then(then, report);
}
