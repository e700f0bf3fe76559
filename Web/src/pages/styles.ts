let loading: Promise<void> | null = null;

/** Loads the style sheet of pages once. The built page names its address. */
export function loadPageStyles(): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const address = document.querySelector<HTMLMetaElement>('meta[name="clickclack-page-style"]')?.content;
    if (!address) return reject(new Error("the page does not name its style sheet"));
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = () => resolve();
    link.onerror = () => {
      loading = null;
      link.remove();
      reject(new Error("the style sheet could not be loaded"));
    };
    document.head.append(link);
  });
  return loading;
}
