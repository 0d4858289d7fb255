// From doubt to doubt. The page can be read without it; it holds no text from outside.
"use strict";
(() => {
  const all = [...document.querySelectorAll("main .doubt")];
  for (const tool of document.querySelectorAll(".tools")) tool.hidden = false;
  if (!all.length) return;
  const find = (id) => document.getElementById(id);
  const rule = find("rule");
  const keys = find("keys");
  let shown = all;
  let at = -1;

  // Ticks are kept where the browser allows it; some do not for files.
  const name = `octavo-review-${document.body.dataset.store}`;
  let seen = new Set();
  try {
    seen = new Set(JSON.parse(localStorage.getItem(name)));
  } catch { /* then they last as long as the page */ }

  const tell = () => {
    find("count").textContent = at < 0
      ? `${shown.length} ${shown.length === 1 ? "doubt" : "doubts"}`
      : `${at + 1} of ${shown.length}`;
    const ticked = all.filter((card) => seen.has(card.dataset.key)).length;
    find("seen").textContent = `${ticked} seen`;
  };

  const mark = (card) => {
    const ticked = seen.has(card.dataset.key);
    card.querySelector("input").checked = ticked;
    card.classList.toggle("seen", ticked);
    find(`q${card.id.slice(1)}`).classList.toggle("seen", ticked);
  };

  const tick = (card, ticked) => {
    if (ticked) seen.add(card.dataset.key); else seen.delete(card.dataset.key);
    try {
      localStorage.setItem(name, JSON.stringify([...seen]));
    } catch { /* as above */ }
    mark(card);
    tell();
  };

  const go = (to) => {
    if (!shown.length) return;
    at = (to + shown.length) % shown.length;
    const card = shown[at];
    location.replace(`#${card.id}`);
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
    // What lay between had no height before: once more, now that it is laid out.
    requestAnimationFrame(() => card.scrollIntoView({ block: "center" }));
    tell();
  };

  const arrive = () => {
    const there = shown.findIndex((card) => `#${card.id}` === location.hash);
    if (there >= 0) at = there;
    tell();
  };

  const filter = () => {
    const before = shown[at];
    shown = all.filter((card) => !rule.value || card.dataset.rule === rule.value);
    at = shown.indexOf(before);
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = rule.value !== "" && group.dataset.group !== rule.value;
    }
    tell();
  };

  find("next").addEventListener("click", () => go(at + 1));
  find("previous").addEventListener("click", () => go(at < 0 ? -1 : at - 1));
  rule.addEventListener("change", filter);
  addEventListener("hashchange", arrive);
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
      && event.target.type !== "checkbox";
    if (!keys.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") go(at + 1);
    else if (event.key === "p") go(at < 0 ? -1 : at - 1);
    else if (event.key === "s" && at >= 0) tick(shown[at], !seen.has(shown[at].dataset.key));
  });
  for (const card of all) {
    mark(card);
    card.querySelector("input").addEventListener("change", (event) => {
      tick(card, event.target.checked);
    });
  }
  filter();
  arrive();
})();
