// What an instrument would add up to, while somebody types on one of its pages. The figures that count are the server's,
// after saving; it says them in the same words (scoring/presenters/instruments.py).
(() => {
  "use strict";
  const box = document.querySelector("[data-sums]");
  if (!box) return;
  const form = box.closest("form");
  const { sums: kind, others, most } = box.dataset;
  const written = (number) => String(Math.round(number * 100) / 100).replace(".", ",");
  const say = (name, facts) => box.dataset[name].replace(/\{(\w+)\}/g, (whole, key) => facts[key]);
  const typed = (text) => {
    const number = Number(text.trim().replace(",", "."));
    return text.trim() && Number.isFinite(number) ? number : null;
  };
  // The rows of a set that are filled in and not ticked for removal.
  const rows = (prefix, field) => [...form.querySelectorAll(`[name^="${prefix}-"][name$="-${field}"]`)].filter(
    (input) => typed(input.value) !== null && !form.elements[input.name.replace(field, "DELETE")]?.checked,
  );

  function indicator() {
    const own = kind === "points"
      ? Math.max(0, ...rows("choices", "points").map((input) => typed(input.value)))
      : typed(form.elements.weight.value) || 0;
    const sum = Number(others) + own;
    const exact = Math.abs(sum - 100) < 0.001;
    const facts = { sum: written(sum), rest: written(Math.abs(sum - 100)) };
    box.querySelector("[data-total]").textContent = say(exact ? "exact" : sum < 100 ? "less" : "more", facts);
    for (const place of box.querySelectorAll("[data-aspect]")) {
      const here = form.elements.aspect.value === place.dataset.aspect;
      place.textContent = written(Number(place.dataset.others) + (here ? own : 0));
    }
  }

  function bands() {
    const found = rows("bands", "min").map((input) => ({
      start: typed(input.value),
      stars: Number(form.elements[input.name.replace("-min", "-stars")].value) || 0,
    })).filter(({ stars }) => stars >= 1 && stars <= 5);
    found.sort((one, other) => other.start - one.start || other.stars - one.stars);
    box.querySelector("[data-rows]").replaceChildren(...found.map(({ start, stars }, place) => {
      const above = found[place - 1]?.start;
      const name = start > Number(most) ? "beyond" : start === above ? "nobody" : place === 0 ? "top" : "range";
      const line = document.createElement("div");
      line.append(
        Object.assign(document.createElement("dt"), { textContent: "★".repeat(stars) }),
        Object.assign(document.createElement("dd"), {
          textContent: say(name, { from: written(start), to: above === undefined ? "" : written(above), most: written(Number(most)) }),
        }),
      );
      return line;
    }));
  }

  form.addEventListener("input", () => {
    if (kind === "bands") bands();
    else indicator();
    box.querySelector("[data-stored]").hidden = true;
    box.querySelector("[data-typing]").hidden = false;
  });
  form.addEventListener("change", () => form.dispatchEvent(new Event("input")));
})();
