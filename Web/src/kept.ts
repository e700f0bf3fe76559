// What the browser keeps for this client. What it refuses, as when its room is used up, is kept as long as the page.

class Kept {
  private readonly here = new Map<string, string>();

  constructor(private readonly storage: () => Storage) {}

  getItem(key: string): string | null {
    return this.here.get(key) ?? this.storage().getItem(key);
  }

  /** A list that was kept as JSON. What is not whole, as when somebody changed it by hand, is left out. */
  getList<Value>(key: string, isWhole: (value: Partial<Value>) => boolean): Value[] {
    const text = this.getItem(key);
    if (!text) return [];
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.filter((value) => !!value && typeof value === "object" && isWhole(value));
    } catch (error) {
      console.info(`${key} can't be read`, error);
    }
    return [];
  }

  setItem(key: string, value: string): void {
    try {
      this.storage().setItem(key, value);
      this.here.delete(key);
    } catch (error) {
      console.info(`${key} is kept until the page goes`, error);
      this.here.set(key, value);
    }
  }

  removeItem(key: string): void {
    this.here.delete(key);
    this.storage().removeItem(key);
  }
}

/** Shared by all tabs, and there the next day. */
export const kept = new Kept(() => localStorage);
/** Of this tab alone, also after a reload. */
export const keptInTab = new Kept(() => sessionStorage);
