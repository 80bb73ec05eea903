// What the reader set, told to the style sheets before the first paint. Other tabs follow, and this one settings.js.
(() => {
  const KNOWN = { theme: ["light", "dark"], size: ["small", "large", "largest"], contrast: ["high"] };

  const set = document.documentElement.dataset;

  const apply = () => {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem("nashra.settings"));
    } catch {
      // Storage is forbidden or spoiled.
    }
    for (const name in KNOWN) {
      set[name] = KNOWN[name].includes(kept?.[name]) ? kept[name] : "";
    }
    for (const meta of document.querySelectorAll("meta[data-scheme]")) {
      const { scheme } = meta.dataset;
      const chosen = set.theme === scheme ? "all" : "not all";
      meta.media = set.theme ? chosen : `(prefers-color-scheme: ${scheme})`;
    }
  };

  apply();
  addEventListener("DOMContentLoaded", apply);
  addEventListener("storage", apply);
})();
