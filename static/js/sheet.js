// The bar of a score sheet: what the server has stored, and the way to the next question without an answer.
(() => {
  "use strict";
  const bar = document.querySelector(".sheet-bar");
  const dossier = document.querySelector(".sheet-dossier details");
  const narrow = window.matchMedia("(max-width: 61.99em)");
  if (dossier && narrow.matches) dossier.open = false;
  for (const link of document.querySelectorAll("a[href='#berkas']")) {
    link.addEventListener("click", () => { dossier.open = true; });
  }
  // On a wide screen a document is shown beside the questions, in place of leaving them.
  const frame = document.querySelector(".sheet-preview");
  for (const link of document.querySelectorAll("a[data-preview]")) {
    link.addEventListener("click", (event) => {
      if (narrow.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      frame.hidden = false;
      frame.src = `${link.href}?panel=1`;
      frame.scrollIntoView({ block: "nearest" });
    });
  }
  if (!bar) return;
  const form = bar.closest("form");
  const total = bar.querySelector("[data-total]");
  const next = bar.querySelector("[data-next-open]");
  const open = () => [...form.querySelectorAll(".question")].filter((one) => !one.querySelector("input:checked"));

  form.addEventListener("autosave:stored", ({ detail: { answer } }) => {
    if (!answer.total) return;
    total.textContent = answer.total;
    const note = document.querySelector(".running-total .meta");
    const value = document.querySelector(".running-value");
    if (value) value.textContent = answer.total;
    if (note) note.textContent = answer.note;
    for (const [place, points] of (answer.parts || []).entries()) {
      const part = document.querySelectorAll(".running-total dd")[place];
      if (part) part.textContent = points;
    }
  });

  // From where one reads on, and again from the top when the rest is done.
  next.addEventListener("click", (event) => {
    const questions = open();
    const after = questions.find((one) => one.getBoundingClientRect().top > 80) || questions[0];
    event.preventDefault();
    const goal = after ? after.querySelector("input") : document.getElementById("akhir");
    (after || goal).scrollIntoView({ block: "start" });
    goal.focus({ preventScroll: true });
  });
})();
