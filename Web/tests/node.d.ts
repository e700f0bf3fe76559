// What the unit tests use of node.

declare module "node:test" {
  export function test(name: string, run: () => void | Promise<void>): void;
  export function beforeEach(run: () => void): void;
}

declare module "node:assert/strict" {
  interface Assert {
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    ok(value: unknown, message?: string): asserts value;
    fail(message: string): never;
  }
  const assert: Assert;
  export default assert;
}

declare const process: { env: Record<string, string | undefined> };

declare module "node:fs" {
  export function readFileSync(path: URL, encoding: "utf8"): string;
}
