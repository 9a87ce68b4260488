// A copy, in this browser, of what was typed and not yet acknowledged by the server. It is offered back, never put in
// by itself; other people do not get it; signing out wipes it. Fields marked private, files and passwords stay out.
(() => {
  "use strict";
  const { user, stored: storedKeys } = document.body.dataset;
  const ALL = "salinan:";
  const OWN = `${ALL}${user}:`;
  const DAYS = 7 * 24 * 3600 * 1000;
  const PAUSE = 300;
  if (!user) return;
  let disk;
  try {
    disk = window.localStorage;
    disk.getItem(ALL);
  } catch {
    return; // switched off: the page works on, and promises nothing
  }

  const keys = (start) => Object.keys(disk).filter((key) => key.startsWith(start));
  const drop = (key) => disk.removeItem(key);
  const load = (key) => {
    try {
      return { key, ...JSON.parse(disk.getItem(key)) };
    } catch {
      return { key };
    }
  };

  for (const key of keys(ALL)) {
    const wasStored = (storedKeys || "").split(".").some((one) => one && key.endsWith(`:${one}`));
    if (wasStored || !(Date.now() - load(key).at < DAYS)) drop(key);
  }

  // One copy per page that was opened, so that two windows do not overwrite each other's.
  const form = document.querySelector("form[data-local-copy]");
  const here = `${OWN}${location.pathname}${location.search}:`;
  const slot = form && here + form.elements._key.value;
  const version = () => form.elements.version && form.elements.version.value;
  const hidden = (field) => ["hidden", "password", "file"].includes(field.type) || "private" in field.dataset;
  let off = false;
  let stored;
  let timer;

  function read() {
    const left = new Set([...form.elements].filter(hidden).map((field) => field.name));
    const given = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !left.has(name));
    return given.map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]);
  }

  function keep() {
    clearTimeout(timer);
    const fields = read();
    if (off || JSON.stringify(fields) === stored) {
      drop(slot);
      return;
    }
    try {
      disk.setItem(slot, JSON.stringify({ at: Date.now(), version: version(), fields }));
      form.dataset.copied = "yes";
    } catch {
      delete form.dataset.copied;
    }
  }

  function fill(fields) {
    for (const field of form.elements) {
      const own = fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (!field.name || hidden(field)) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = own.includes(field.value);
      else if (own.length) [field.value] = own;
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
    keep();
  }

  function clock(at) {
    const then = new Date(at);
    const two = (number) => String(number).padStart(2, "0");
    const time = `${two(then.getHours())}.${two(then.getMinutes())}`;
    if (then.toDateString() === new Date().toDateString()) return time;
    return `${two(then.getDate())}-${two(then.getMonth() + 1)}-${then.getFullYear()} ${time}`;
  }

  function labelOf(name) {
    const field = form && form.elements[name];
    const label = field && field.labels && field.labels[0];
    return label && read().length > 1 ? `${label.textContent.trim()}: ` : "";
  }

  function offer(copies) {
    const [copy, ...others] = copies;
    const template = document.getElementById("local-copy-offer");
    if (!copy || !template) return;
    if (form && JSON.stringify(copy.fields) === JSON.stringify(read())) {
      drop(copy.key);
      offer(others);
      return;
    }
    const box = template.content.firstElementChild.cloneNode(true);
    const part = (name) => box.querySelector(`[data-${name}]`);
    const moved = form && copy.version !== version();
    part("at").textContent = clock(copy.at);
    for (const [name, value] of copy.fields) {
      if (value.trim()) part("text").append(Object.assign(document.createElement("p"), { textContent: labelOf(name) + value }));
    }
    part("moved").hidden = part("compare").hidden = !moved;
    part("restore").hidden = !form || moved;
    part("shut").hidden = Boolean(form);
    part("private").hidden = !(form && [...form.elements].some((field) => field.type !== "hidden" && hidden(field)));
    const take = () => {
      fill(copy.fields);
      if (form.dataset.copied) drop(copy.key);
      box.remove();
    };
    part("restore").addEventListener("click", () => {
      take();
      form.querySelector("textarea, input:not([type=hidden]), select").focus();
    });
    // Posted against the version that it was written on, so that the server shows both and overwrites nothing.
    part("compare").addEventListener("click", () => {
      form.elements.version.value = copy.version;
      take();
      form.requestSubmit(form.querySelector("button[name=stay]"));
    });
    part("discard").addEventListener("click", () => {
      drop(copy.key);
      box.remove();
      offer(others);
    });
    if (form) form.before(box);
    else document.getElementById("konten").append(box);
  }

  if (form) {
    const unsaved = form.dataset.localCopy === "unsaved";
    stored = unsaved ? "" : JSON.stringify(read());
    if (unsaved) keep();
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    });
    form.addEventListener("submit", keep);
    form.addEventListener("autosave:stored", (event) => {
      stored = JSON.stringify([["text", event.detail]]);
      keep();
    });
    window.addEventListener("pagehide", keep);
  }
  offer(keys(here).filter((key) => key !== slot).map(load).sort((one, other) => other.at - one.at));

  const leaving = window.BroadcastChannel && new BroadcastChannel("salinan");
  if (leaving) leaving.onmessage = () => { off = true; };
  for (const out of document.querySelectorAll("form[data-sign-out]")) {
    out.addEventListener("submit", (event) => {
      if (form) keep();
      if (!keys(OWN).length) return;
      event.preventDefault();
      // A save that is under way gets a moment to arrive before anybody is asked.
      setTimeout(() => {
        if (keys(OWN).length && !window.confirm(out.dataset.signOut)) return;
        off = true;
        keys(OWN).forEach(drop);
        if (leaving) leaving.postMessage("out");
        out.submit();
      }, 700);
    });
  }
})();
