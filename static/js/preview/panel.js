/* The page that a form would make, in a panel beside it: the form's present values are posted to the address of the
   button with `data-preview`, and the answer is shown in a frame as wide as the chosen screen, drawn smaller where the
   panel is narrower. While the panel is open, a pause in typing posts them anew.

   Each answer comes into a frame of its own, which takes the place of the one before when it has loaded: nothing
   flickers, the place in the page stays, and the browser's way back is not filled with previews. No script runs in it
   and no link leads out of it. */
const PAUSE_MILLISECONDS = 800;
// A panel beside the form leaves it enough room from here on; below, it covers the form.
const BESIDE = "(min-width: 75rem)";

const panel = document.getElementById("preview-panel");
const button = document.querySelector("button[data-preview]");
if (panel && button) prepare(panel, button);

function prepare(panel, button) {
  const form = button.form;
  const stage = panel.querySelector(".preview-panel__stage");
  const state = panel.querySelector(".preview-panel__state");
  let shown = null;
  let pause = null;
  let count = 0;

  const width = () => Number(panel.querySelector("[name=preview-width]:checked").value);

  const fit = () => {
    const scale = Math.min(1, stage.clientWidth / width());
    stage.style.setProperty("--preview-width", `${width()}px`);
    stage.style.setProperty("--preview-scale", scale);
    stage.style.setProperty("--preview-height", `${stage.clientHeight / scale}px`);
  };

  const show = (frame) => {
    // A page that refuses the frame, such as the one for signing in, is none that can be read from here.
    const page = frame.contentDocument;
    if (!page?.querySelector(".preview-bar")) {
      frame.remove();
      state.textContent = gettext("The preview could not be made. Is there a line, and are you still signed in?");
      return;
    }
    const place = shown?.contentWindow.scrollY ?? 0;
    page.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
    });
    page.addEventListener("keydown", (event) => event.key === "Escape" && close());
    frame.contentWindow.scrollTo({ top: place, behavior: "instant" });
    shown?.remove();
    frame.classList.add("is-shown");
    shown = frame;
    state.textContent = "";
  };

  const refresh = () => {
    clearTimeout(pause);
    const frame = document.createElement("iframe");
    frame.name = `preview-${(count += 1)}`;
    frame.title = gettext("The page as readers would see it");
    frame.setAttribute("sandbox", "allow-same-origin");
    for (const late of stage.querySelectorAll("iframe:not(.is-shown)")) late.remove();
    stage.append(frame);
    frame.addEventListener("load", () => {
      if (frame.contentWindow?.location.href !== "about:blank") show(frame);
    });
    state.textContent = gettext("Loading…");
    const before = { action: form.getAttribute("action"), target: form.getAttribute("target") };
    form.setAttribute("action", button.formAction);
    form.target = frame.name;
    // Not `requestSubmit`: to whoever listens, this is no saving.
    HTMLFormElement.prototype.submit.call(form);
    for (const [name, value] of Object.entries(before)) {
      if (value === null) form.removeAttribute(name);
      else form.setAttribute(name, value);
    }
  };

  const open = () => {
    if (!panel.open) {
      const isBeside = matchMedia(BESIDE).matches;
      if (isBeside) panel.show();
      else panel.showModal();
      document.body.classList.toggle("is-previewing", isBeside);
    }
    fit();
    refresh();
  };

  const close = () => {
    clearTimeout(pause);
    panel.close();
  };

  const touched = () => {
    if (!panel.open) return;
    clearTimeout(pause);
    pause = setTimeout(refresh, PAUSE_MILLISECONDS);
  };

  button.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  panel.querySelector(".preview-panel__close").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
  panel.addEventListener("close", () => {
    document.body.classList.remove("is-previewing");
    stage.replaceChildren();
    shown = null;
    button.focus();
  });
  panel.addEventListener("change", (event) => {
    // The radio buttons stand outside the form, and are none of its values.
    event.stopPropagation();
    fit();
  });
  new ResizeObserver(fit).observe(stage);
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  window.django?.jQuery?.(form).on("change", touched);
}
