const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A number of bytes as people write it. */
export function fileSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return new Intl.NumberFormat(undefined, {
    style: "unit", unit: UNITS[unit] ?? "byte", unitDisplay: unit ? "short" : "long", maximumFractionDigits: value < 10 && unit ? 1 : 0,
  }).format(value);
}
