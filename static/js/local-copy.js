// A copy, in this browser, of what was typed and not yet acknowledged by the server. It is offered back, never put in
// by itself; other people do not get it; signing out wipes it. Fields marked private, files and passwords stay out.
(() => {
  "use strict";
  const counts = (field) => field.name && !["BUTTON", "FIELDSET", "OUTPUT"].includes(field.tagName);
  const hidden = (field) => ["hidden", "password", "file", "submit"].includes(field.type) || "private" in field.dataset;

  // What stands in a form as [name, value] pairs, or with `initial` what stood in it when the page came. Also for
  // autosave.js and offline.js, so that all three mean the same by "typed".
  window.typedFields = (form, initial = false) => {
    const fields = [...form.elements].filter((field) => counts(field) && !field.matches(":disabled"));
    const left = new Set(fields.filter(hidden).map((field) => field.name));
    return fields.filter((field) => !left.has(field.name)).flatMap((field) => {
      const { name, value } = field;
      if (["checkbox", "radio"].includes(field.type)) {
        return (initial ? field.defaultChecked : field.checked) ? [[name, value]] : [];
      }
      if (field.options) {
        const chosen = [...field.options].filter((one) => (initial ? one.defaultSelected : one.selected));
        return (chosen.length || field.multiple ? chosen : [...field.options].slice(0, 1)).map((one) => [name, one.value]);
      }
      return [[name, (initial ? field.defaultValue : value).replaceAll("\r\n", "\n")]];
    });
  };

  window.fillFields = (form, fields) => {
    for (const field of form.elements) {
      const own = fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (!counts(field) || hidden(field)) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = own.includes(field.value);
      else if (own.length) [field.value] = own;
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const { user, stored: storedKeys } = document.querySelector("[data-user]")?.dataset || {};
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
  const place = () => `${OWN}${location.pathname}${location.search}:`;
  const here = place();
  let slot = form && here + form.elements._key.value;
  const version = () => form.elements.version && form.elements.version.value;
  let off = false;
  let stored;
  let timer;

  const read = () => window.typedFields(form);

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
    window.fillFields(form, fields);
    keep();
  }

  function clock(at) {
    const then = new Date(at);
    const two = (number) => String(number).padStart(2, "0");
    const time = `${two(then.getHours())}.${two(then.getMinutes())}`;
    if (then.toDateString() === new Date().toDateString()) return time;
    return `${two(then.getDate())}-${two(then.getMonth() + 1)}-${then.getFullYear()} ${time}`;
  }

  // One line of what was typed, with the words that stand beside the field on the page.
  function inWords(name, value) {
    const all = form ? [...form.elements].filter((field) => field.name === name) : [];
    const field = all.find((one) => one.type === "radio" && one.value === value) || all[0];
    const code = field && field.closest(".question")?.querySelector(".question-code");
    const label = field && field.labels && field.labels[0]?.textContent.trim().replace(/\s+/g, " ");
    const chosen = field && field.type === "radio" && value ? label : value;
    if (code) return `${code.textContent}: ${chosen}`;
    return label && read().length > 1 ? `${label}: ${chosen}` : chosen;
  }

  // Offers what was typed before; `actions` are what its buttons do, and the missing ones are not shown.
  function offerText({ at, fields, moved }, actions) {
    const template = document.getElementById("local-copy-offer");
    if (!template) return;
    const box = template.content.firstElementChild.cloneNode(true);
    const part = (name) => box.querySelector(`[data-${name}]`);
    const present = new Set(form ? read().map((pair) => JSON.stringify(pair)) : []);
    part("at").textContent = clock(at);
    for (const [name, value] of fields) {
      if (!value.trim() || present.has(JSON.stringify([name, value]))) continue;
      part("text").append(Object.assign(document.createElement("p"), { textContent: inWords(name, value) }));
    }
    part("moved").hidden = !moved;
    part("shut").hidden = Boolean(actions.restore || actions.compare);
    part("private").hidden = !(form && [...form.elements].some((field) => field.type !== "hidden" && counts(field) && hidden(field)));
    for (const name of ["restore", "compare", "discard"]) {
      part(name).hidden = !actions[name];
      part(name).addEventListener("click", () => { actions[name](); box.remove(); });
    }
    const beside = form || document.querySelector("form[data-offline]");
    if (beside) beside.before(box);
    else document.getElementById("konten").append(box);
  }
  window.offerText = offerText;

  function offer(copies) {
    const [copy, ...others] = copies;
    if (!copy) return;
    if (form && JSON.stringify(copy.fields) === JSON.stringify(read())) {
      drop(copy.key);
      offer(others);
      return;
    }
    const moved = form && copy.version !== version();
    const take = () => {
      fill(copy.fields);
      if (form.dataset.copied) drop(copy.key);
    };
    offerText({ ...copy, moved }, {
      restore: form && !moved && (() => {
        take();
        form.querySelector("textarea, input:not([type=hidden]), select").focus();
      }),
      // Posted against the version that it was written on, so that the server shows both and overwrites nothing.
      compare: moved && (() => {
        form.elements.version.value = copy.version;
        take();
        form.requestSubmit(form.querySelector("button[name=stay]"));
      }),
      discard: () => {
        drop(copy.key);
        offer(others);
      },
    });
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
      stored = event.detail.state;
      drop(slot);
      slot = place() + form.elements._key.value; // autosave.js gives a new record its own address
      keep();
    });
    window.addEventListener("pagehide", keep);
  }
  function offerCopies(offered) {
    const copies = keys(here).filter((key) => key !== slot).map(load).sort((one, other) => other.at - one.at);
    copies.filter((one) => JSON.stringify(one.fields) === offered).forEach((one) => drop(one.key));
    offer(copies.filter((one) => JSON.stringify(one.fields) !== offered));
  }
  // What a device kept for work without a line is put back, or offered, first: it is newer than any copy.
  const offline = document.querySelector("form[data-offline]");
  if (offline) offline.addEventListener("offline:ready", ({ detail }) => offerCopies(detail), { once: true });
  else offerCopies();

  // Of pages that were put aside (offline.js) and photos that wait (visit.js): how many hold something unsent stands
  // beside the copies, so that every page knows without asking a database. Another person's are wiped as soon as
  // somebody else is signed in.
  const ASIDE = ["luring:", "foto:"];
  const aside = () => ASIDE.map((kind) => kind + user).filter((name) => disk.getItem(name) !== null);
  async function wipeAside(name) {
    disk.removeItem(name);
    indexedDB.deleteDatabase(name);
    if (window.caches) await caches.delete(name);
  }
  for (const kind of ASIDE) {
    for (const name of keys(kind)) if (name !== kind + user) wipeAside(name);
  }

  const leaving = window.BroadcastChannel && new BroadcastChannel("salinan");
  if (leaving) leaving.onmessage = () => { off = true; };
  for (const out of document.querySelectorAll("form[data-sign-out]")) {
    out.addEventListener("submit", (event) => {
      if (form) keep();
      if (!keys(OWN).length && !aside().length) return;
      event.preventDefault();
      // A save that is under way gets a moment to arrive before anybody is asked.
      setTimeout(async () => {
        const unsent = keys(OWN).length || aside().some((name) => Number(disk.getItem(name)));
        if (unsent && !window.confirm(out.dataset.signOut)) return;
        off = true;
        keys(OWN).forEach(drop);
        if (leaving) leaving.postMessage("out");
        await Promise.all(aside().map(wipeAside));
        out.submit();
      }, 700);
    });
  }
})();
