// Saves a topic while somebody types. "Tersimpan" is said in the server's words, when the server has said them.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const { text, version, csrfmiddlewaretoken: token } = form.elements;
  const line = document.getElementById("autosave-line");
  const banner = document.getElementById("autosave-banner");
  const part = (name) => banner.querySelector(`[data-${name}]`);
  const WAIT = 2000, LONGEST = 10000, ANSWER = 20000, REST = [2, 4, 8, 15, 30];
  const KEEPALIVE_BYTES = 60000;
  const SHUT = [401, 403, 404, 409];

  let acked = form.dataset.localCopy === "unsaved" ? null : text.defaultValue;
  let receipt = line.textContent;
  let pending = null; // sent, and nobody knows yet whether it arrived
  let busy = false, shut = false, leaving = false, waiting = null;
  let failures = 0, since = 0, timer;

  const dirty = () => pending !== null || text.value !== acked;
  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function post() {
    const body = new URLSearchParams({ text: pending, version: version.value, csrfmiddlewaretoken: token.value }).toString();
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        redirect: "manual",
        keepalive: body.length < KEEPALIVE_BYTES,
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
    if (pending === null) pending = text.value;
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
    acked = pending;
    pending = null;
    failures = 0;
    receipt = answer.receipt;
    banner.hidden = true;
    line.textContent = again + receipt;
    form.dispatchEvent(new CustomEvent("autosave:stored", { detail: acked }));
    if (dirty()) {
      line.textContent += ` ${line.dataset.newer}`;
      soon(WAIT);
    }
  }

  function refuse(status, message) {
    const sent = pending;
    pending = null;
    failures = 0;
    shut = status !== 422;
    alarm(message, status);
    if (!shut && text.value !== sent) soon(WAIT);
  }

  function fail(status) {
    failures += 1;
    alarm(status === 0 ? banner.dataset.away : banner.dataset.odd, status);
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
    if (shut || busy || failures) return;
    if (!dirty()) {
      clearTimeout(timer);
      line.textContent = receipt;
      return;
    }
    line.textContent = line.dataset.unsaved;
    since = since || Date.now();
    soon(Math.max(0, Math.min(WAIT, since + LONGEST - Date.now())));
  });

  const now = () => { if (!failures) save(); };
  text.addEventListener("blur", now);
  document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
  window.addEventListener("pagehide", now);
  window.addEventListener("online", save);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  part("retry").addEventListener("click", save);
  part("compare").addEventListener("click", () => form.requestSubmit(form.querySelector("button[name=stay]")));
  part("copy").addEventListener("click", () => {
    text.select();
    document.execCommand("copy");
  });
  if (text.value !== acked) {
    line.textContent = line.dataset.unsaved;
    soon(WAIT);
  }
})();
