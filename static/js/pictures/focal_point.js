/* The point of a picture that no crop may lose: set by a click in the picture or as two numbers, and shown in crops. */
"use strict";
{
  const picture = document.querySelector("#image_form .picture-original");
  const [x, y] = ["x", "y"].map((axis) => document.querySelector(`#image_form [name=focal_${axis}]`));
  if (picture && x && y) {
    const marker = document.createElement("span");
    marker.className = "focal-marker";
    marker.setAttribute("aria-hidden", "true");
    const frame = document.createElement("span");
    frame.className = "focal-frame";
    // As wide as leaves it in sight whole; the marker is placed in parts of the frame, so that fits the picture.
    const [width, height] = ["width", "height"].map((name) => picture.getAttribute(name));
    frame.style.maxInlineSize = `min(36rem, ${width}px, ${(60 * width) / height}vh)`;
    picture.replaceWith(frame);
    frame.append(picture, marker);

    const crops = ["card", "lead", "square", "share"].map((name) => {
      const crop = document.createElement("img");
      crop.src = picture.src;
      crop.alt = "";
      crop.className = `focal-crop focal-crop--${name}`;
      return crop;
    });
    const shown = document.createElement("p");
    shown.className = "focal-crops";
    shown.append(...crops);
    const note = document.createElement("p");
    note.className = "help";
    note.textContent = gettext("Click what must stay in view, or give it as two numbers in percent.");
    frame.after(note, shown);

    const show = () => {
      // Style sheets cannot know the point; scripts may set styles of elements.
      marker.style.left = `${x.value || 50}%`;
      marker.style.top = `${y.value || 50}%`;
      for (const crop of crops) crop.style.objectPosition = `${x.value || 50}% ${y.value || 50}%`;
    };
    const percent = (part, whole) => Math.min(100, Math.max(0, Math.round((part / whole) * 100)));
    picture.addEventListener("click", ({ offsetX, offsetY }) => {
      x.value = percent(offsetX, picture.clientWidth);
      y.value = percent(offsetY, picture.clientHeight);
      show();
    });
    for (const number of [x, y]) number.addEventListener("input", show);
    show();
  }
}
