// Lets the browser make or use a passkey, and sends its answer in a plain form.
// Texts come from the form's data attributes; without script the form stays hidden.
"use strict";

const toBytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const toText = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

function readable(options) {
  const read = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = withBytes(options.allowCredentials);
  return read;
}

function sendable(credential) {
  const said = credential.response;
  const response = { clientDataJSON: toText(said.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (said[part]) response[part] = toText(said[part]);
  }
  if (said.getTransports) response.transports = said.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
  });
}

async function challengeFor(form) {
  const facts = new URLSearchParams({ step: form.dataset.step || "" });
  facts.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const answer = await fetch(form.dataset.challenge, {
    method: "POST", body: facts, redirect: "manual", credentials: "same-origin",
  });
  // The step or the proof has run out meanwhile: the page itself says what to do.
  if (!answer.ok) {
    window.location.reload();
    return null;
  }
  return readable(await answer.json());
}

function say(form, name) {
  const place = form.querySelector("[data-passkey-says]");
  place.textContent = form.dataset[name];
  place.hidden = false;
}

// The browser gives one name to "cancelled" and to "too late": the clock tells them apart.
function nameOf(error, waited, timeout) {
  if (error.name === "NotAllowedError") return waited >= timeout ? "late" : "cancelled";
  if (error.name === "InvalidStateError") return "exists";
  if (error.name === "NotSupportedError" || error.name === "ConstraintError") return "unfit";
  if (error.name === "SecurityError") return "place";
  return "failed";
}

async function run(form, button) {
  const makes = form.dataset.passkey === "create";
  const began = Date.now();
  let timeout = Infinity;
  button.disabled = true;
  say(form, "working");
  try {
    const publicKey = await challengeFor(form);
    if (!publicKey) return;
    timeout = publicKey.timeout || Infinity;
    const keys = navigator.credentials;
    const made = await (makes ? keys.create({ publicKey }) : keys.get({ publicKey }));
    form.elements.credential.value = sendable(made);
    form.submit();
  } catch (error) {
    say(form, nameOf(error, Date.now() - began, timeout));
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-button]");
  form.hidden = false;
  if (!window.isSecureContext || !window.PublicKeyCredential) {
    button.disabled = true;
    say(form, "unsupported");
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.reportValidity()) run(form, button);
  });
}
