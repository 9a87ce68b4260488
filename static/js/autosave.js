// Saves a form while somebody works in it. "Tersimpan" is said in the server's words, when the server has said them.
// Events on the form: `autosave:sending`, then `autosave:stored` or `autosave:refused` tell others, `autosave:resume` goes
// on with what offline.js kept from a page that was closed.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.typedFields) return;
  const { version, csrfmiddlewaretoken: token } = form.elements;
  const line = document.getElementById("autosave-line");
  const banner = document.getElementById("autosave-banner");
  const part = (name) => banner.querySelector(`[data-${name}]`);
  const WAIT = 2000, LONGEST = 10000, ANSWER = 20000, REST = [2, 4, 8, 15, 30];
  const KEEPALIVE_BYTES = 60000;
  const SHUT = [401, 403, 404, 409];
  const state = (initial) => JSON.stringify(window.typedFields(form, initial));
  // Identity numbers are neither copied nor sent from here; the form sends them, and the receipt does not cover them.
  const apart = () => [...form.elements].some((field) => "private" in field.dataset && field.value.trim());
  const say = (text) => { line.textContent = apart() ? `${text} ${line.dataset.apart}`.trim() : text; };

  let acked = form.dataset.localCopy === "unsaved" ? null : state(true);
  let receipt = line.textContent;
  let pending = null; // sent, and nobody knows yet whether it arrived
  let typedAt = Date.now();
  let busy = false, shut = false, leaving = false, waiting = null;
  let failures = 0, since = 0, timer;

  // A new record has its own address once it is stored: for the next save, a reload, the form, and a new sign-in.
  function move({ edit, autosave }) {
    history.replaceState(history.state, "", edit);
    form.dataset.autosave = autosave;
    part("sign-in").search = new URLSearchParams({ next: edit });
  }

  const dirty = () => pending !== null || state() !== acked;
  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  // The key makes a repeat count once, also when this page is gone and another one repeats it.
  function next() {
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    return { state: state(), version: version.value, key: key.join(""), made_at: new Date(typedAt).toISOString() };
  }

  async function post() {
    const { state: typed, ...about } = pending;
    const body = new URLSearchParams([...JSON.parse(typed), ...Object.entries(about)]);
    body.append("csrfmiddlewaretoken", token.value);
    if (form.elements.opened) body.append("opened", form.elements.opened.value);
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: body.toString(),
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        redirect: "manual",
        keepalive: body.toString().length < KEEPALIVE_BYTES,
        signal: AbortSignal.timeout?.(ANSWER),
      });
      const answer = await response.json().catch(() => ({}));
      return { status: response.status || -1, answer };
    } catch {
      return { status: 0, answer: {} };
    }
  }

  // The same text is sent again until its answer is known: only then does the next version follow from it.
  async function save() {
    clearTimeout(timer);
    if (busy || shut || leaving || !dirty()) return;
    busy = true;
    since = 0;
    if (pending === null) pending = next();
    form.dispatchEvent(new CustomEvent("autosave:sending", { detail: pending }));
    line.textContent = line.dataset.saving;
    const { status, answer } = await post();
    busy = false;
    if (status === 200 && Number.isInteger(answer.version) && answer.receipt) accept(answer);
    else if ((SHUT.includes(status) || status === 422) && answer.message) refuse(status, answer.message);
    else fail(status);
    if (waiting) goOn(status);
  }

  function accept(answer) {
    const again = failures ? `${line.dataset.again} ` : "";
    version.value = answer.version;
    acked = pending.state;
    pending = null;
    failures = 0;
    receipt = answer.receipt;
    banner.hidden = true;
    if (answer.edit) move(answer);
    say(again + receipt);
    form.dispatchEvent(new CustomEvent("autosave:stored", { detail: { state: acked, answer } }));
    if (dirty()) {
      line.textContent += ` ${line.dataset.newer}`;
      soon(WAIT);
    }
  }

  function refuse(status, message) {
    const sent = pending.state;
    pending = null;
    failures = 0;
    shut = status !== 422;
    alarm(message, status);
    form.dispatchEvent(new CustomEvent("autosave:refused"));
    if (!shut && state() !== sent) soon(WAIT);
  }

  function fail(status) {
    failures += 1;
    const away = form.dataset.aside ? banner.dataset.aside : banner.dataset.away;
    alarm(status === 0 ? away : banner.dataset.odd, status);
    soon(REST[Math.min(failures, REST.length) - 1] * 1000);
  }

  function alarm(message, status) {
    const again = !shut && status !== 422;
    line.textContent = line.dataset.unsaved;
    if (!banner.hidden && part("message").textContent === message) return; // said once, not at each try
    part("message").textContent = message;
    part("kept").textContent = form.dataset.copied ? banner.dataset.kept : banner.dataset.here;
    part("retry").hidden = !again;
    part("compare").hidden = status !== 409;
    part("sign-in").hidden = status !== 401;
    part("copy").hidden = !shut || status === 409;
    banner.hidden = false;
  }

  // "Simpan" waits for a save that is under way, so that it starts from the version that is stored.
  function goOn(status) {
    const { button } = waiting;
    waiting = null;
    if ([200, 409, 422].includes(status)) form.requestSubmit(button);
  }

  form.addEventListener("submit", (event) => {
    if (busy || (pending !== null && !shut)) {
      event.preventDefault();
      waiting = { button: event.submitter };
      save();
      return;
    }
    leaving = true;
    setTimeout(() => { leaving = false; save(); }, LONGEST * 3); // the page is still here: go on
  });

  form.addEventListener("input", () => {
    typedAt = Date.now();
    if (shut || busy || failures) return;
    if (!dirty()) {
      clearTimeout(timer);
      say(receipt);
      return;
    }
    line.textContent = line.dataset.unsaved;
    since = since || Date.now();
    soon(Math.max(0, Math.min(WAIT, since + LONGEST - Date.now())));
  });

  form.addEventListener("autosave:resume", ({ detail }) => {
    pending = detail.sent || null;
    acked = detail.acked || acked;
    typedAt = detail.at;
    if (dirty()) save();
  });

  const now = () => { if (!failures) save(); };
  form.addEventListener("focusout", now);
  document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
  window.addEventListener("pagehide", now);
  window.addEventListener("online", save);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  part("retry").addEventListener("click", save);
  part("compare").addEventListener("click", () => form.requestSubmit(form.querySelector("button[name=stay]")));
  part("copy").addEventListener("click", () => {
    const text = window.typedFields(form).map(([, value]) => value).filter((value) => value.trim()).join("\n");
    const holder = Object.assign(document.createElement("textarea"), { value: text });
    part("copy").after(holder);
    holder.select();
    document.execCommand("copy");
    holder.remove();
    part("copy").focus();
  });
  if (state() !== acked) {
    line.textContent = line.dataset.unsaved;
    soon(WAIT);
  } else if (apart()) say(receipt);
})();
