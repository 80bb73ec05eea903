// Cards of what stands on the sites of others: nothing is loaded from there before the reader presses the button.
(() => {
  "use strict";

  function card(figure) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "embed__load";
    button.lang = "ar";
    button.dir = "rtl";
    button.textContent = figure.dataset.load;
    const told = figure.querySelector(".embed__told");
    told.id = `embed-${document.querySelectorAll(".embed__load").length + 1}`;
    button.setAttribute("aria-describedby", told.id);
    button.addEventListener("click", () => load(figure));
    told.before(button);
  }

  function load(figure) {
    const frame = document.createElement("iframe");
    frame.title = figure.querySelector(".embed__title").textContent;
    frame.allow = "fullscreen; picture-in-picture; encrypted-media";
    // YouTube plays nothing for a page that does not say where it stands.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-presentation");
    frame.className = "embed__frame";
    frame.src = figure.dataset.frame;
    figure.querySelector(".embed__load").remove();
    figure.querySelector(".embed__told").remove();
    figure.append(frame);
    frame.focus();
  }

  document.querySelectorAll(".story__body figure.embed[data-frame]").forEach(card);
})();
