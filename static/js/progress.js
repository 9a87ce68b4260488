/* Shows how far a job has come, and the page again when it is done. Without it a link does the same. */
(() => {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const pause = 1000 * (Number(box.dataset.progress) || 2);
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-progress]");
      if (answer.ok && !fresh) return location.reload();
      if (fresh && fresh.innerHTML !== box.innerHTML) box.replaceChildren(...fresh.childNodes);
    } catch {
      /* the line is down: the next look may find it up */
    }
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
})();
