// Passkeys: signing in by one, and making one. Without this the forms stay hidden, and a number opens the account.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// What the site asks holds bytes as text, and so does what it is answered.
function read(options) {
  const known = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
  };
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function ask(form, address, fields = {}) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const answer = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    body: new URLSearchParams({ ...fields, csrfmiddlewaretoken: token }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return { publicKey: read(await answer.json()) };
}

async function answer(form) {
  if ("newPasskey" in form.dataset) {
    const asked = await ask(form, form.action || location.href, { act: "ask_passkey" });
    form.elements.credential.value = written(await navigator.credentials.create(asked));
  } else {
    const asked = await ask(form, form.dataset.passkey);
    form.elements.assertion.value = written(await navigator.credentials.get(asked));
  }
}

for (const form of document.querySelectorAll("form.passkey")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const field = form.elements.credential ?? form.elements.assertion;
    if (field.value) return;
    event.preventDefault();
    const button = event.submitter;
    const told = form.querySelector(".passkey__told");
    button.disabled = true;
    told.textContent = "";
    try {
      await answer(form);
      button.disabled = false;
      form.requestSubmit(button);
    } catch {
      told.textContent = form.dataset.failed;
      button.disabled = false;
    }
  });
}
