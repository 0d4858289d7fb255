// What a reader sets and what is remembered; notes where they are asked for. All of it may be gone.
"use strict";
(() => {
  const root = document.documentElement;
  const THEMES = ["light", "sepia", "dark"];
  const SIZES = [80, 90, 100, 110, 125, 140, 160, 180];
  const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, dt, dd, pre, tr, figcaption";

  // Some browsers keep nothing for files, or for anybody.
  const read = (name) => {
    try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; }
  };
  const write = (name, value) => {
    try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* then it is forgotten */ }
  };

  // Colours and size, before anything is shown.
  const chosen = read("octavo");
  const size = () => (SIZES.includes(chosen.size) ? chosen.size : 100);
  const apply = () => {
    if (THEMES.includes(chosen.theme)) root.dataset.theme = chosen.theme;
    else delete root.dataset.theme;
    root.style.setProperty("--size", size() / 100);
  };
  apply();

  addEventListener("DOMContentLoaded", () => {
    const { store, page } = document.body.dataset;
    const find = (id) => document.getElementById(id);
    for (const tool of document.querySelectorAll(".tools")) tool.hidden = false;

    // --- the place one has read to ---

    const name = `octavo-${store}`;
    const last = read(name);
    const blocks = [...document.querySelectorAll("main :is(" + BLOCKS + ")")]
      .filter((block) => !block.querySelector(BLOCKS));
    const edge = () => {
      const bar = document.querySelector(".bar");
      return bar ? bar.offsetHeight : 0;
    };
    const here = () => {
      let low = 0, high = blocks.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (blocks[middle].getBoundingClientRect().bottom > edge()) high = middle;
        else low = middle + 1;
      }
      const { top, height } = blocks[low].getBoundingClientRect();
      return { at: low, part: Math.min(1, Math.max(0, (edge() - top) / (height || 1))) };
    };
    const go = ({ at, part }) => {
      const block = blocks[at];
      if (!block || !(at || part)) return;
      const { top, height } = block.getBoundingClientRect();
      scrollTo({ top: scrollY + top + part * height - edge(), behavior: "instant" });
    };
    const remember = () => {
      write(name, { page, title: document.body.dataset.title, ...here() });
    };
    if (page !== undefined && blocks.length) {
      const [visit] = performance.getEntriesByType("navigation");
      const back = last.page === page && !location.hash && visit && visit.type === "navigate";
      if (back) go(last);
      addEventListener("load", () => {
        if (back) go(last);
        let waiting = 0;
        addEventListener("scroll", () => {
          clearTimeout(waiting);
          waiting = setTimeout(remember, 200);
        }, { passive: true });
        addEventListener("pagehide", remember);
        if (page && !location.search) remember();
      });
    }
    const more = find("_continue");
    if (more) {
      more.hidden = true;
      const known = [...document.querySelectorAll(".contents a")]
        .some((link) => link.getAttribute("href").split("#")[0] === last.page);
      if (known) {
        more.hidden = false;
        more.querySelector("a").href = last.page;
        more.querySelector("a span").textContent = last.title;
      }
    }

    // --- colours and size ---

    const changed = (change) => {
      const place = blocks.length ? here() : {};
      change();
      write("octavo", chosen);
      apply();
      tell();
      if (scrollY) go(place);
    };
    const tell = () => {
      for (const each of document.querySelectorAll("input[name=theme]")) {
        each.checked = each.value === (root.dataset.theme || "");
      }
      find("_size").textContent = `${size()} %`;
      find("_smaller").disabled = size() === SIZES[0];
      find("_larger").disabled = size() === SIZES[SIZES.length - 1];
    };
    const step = (by) => changed(() => { chosen.size = SIZES[SIZES.indexOf(size()) + by]; });
    if (find("_size")) {
      find("_smaller").addEventListener("click", () => step(-1));
      find("_larger").addEventListener("click", () => step(1));
      for (const each of document.querySelectorAll("input[name=theme]")) {
        each.addEventListener("change", () => changed(() => { chosen.theme = each.value; }));
      }
      tell();
    }

    // --- notes ---

    let box = null, mark = null;
    const close = (back) => {
      if (!box) return;
      box.remove();
      mark.setAttribute("aria-expanded", "false");
      if (back) mark.focus({ preventScroll: true });
      box = mark = null;
    };
    const beside = () => {
      const at = mark.getBoundingClientRect(), width = root.clientWidth;
      const left = Math.min(at.left - 24, width - box.offsetWidth - 12);
      box.style.left = `${Math.max(12, left) + scrollX}px`;
      box.style.top = `${at.bottom + scrollY + 8}px`;
    };
    const open = (link, note) => {
      close();
      mark = link;
      box = document.createElement("div");
      box.className = "pop";
      box.tabIndex = -1;
      box.setAttribute("role", "dialog");
      box.setAttribute("aria-label", `${document.body.dataset.note} ${link.textContent}`);
      box.append(...note.cloneNode(true).childNodes);
      for (const each of box.querySelectorAll("[id]")) each.removeAttribute("id");
      for (const each of box.querySelectorAll(".backlink")) each.remove();
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = document.body.dataset.close;
      button.addEventListener("click", () => close(true));
      box.append(button);
      const home = link.closest("p, h1, h2, h3, h4, h5, h6, li, dt, dd, td, th, figcaption, caption");
      if (home && /^(P|H\d)$/.test(home.tagName)) home.after(box);
      else (home || link.parentElement).append(box);
      link.setAttribute("aria-expanded", "true");
      beside();
      box.focus({ preventScroll: true });
      box.scrollIntoView({ block: "nearest" });
    };
    for (const link of document.querySelectorAll("main a.noteref")) {
      link.setAttribute("aria-haspopup", "dialog");
      link.setAttribute("aria-expanded", "false");
      link.addEventListener("click", (event) => {
        const note = find(decodeURIComponent(link.hash.slice(1)));
        if (!note || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        if (mark === link) close(true); else open(link, note);
      });
    }

    // What is too wide to be shown is moved by keys, too.
    const reach = () => {
      for (const each of document.querySelectorAll("main :is(table, p.display)")) {
        if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
      }
      if (box) beside();
    };
    addEventListener("load", reach);
    addEventListener("resize", reach);

    // --- what is open closes ---

    const panels = [...document.querySelectorAll("details.tools")];
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const panel = panels.find((each) => each.open);
      if (box) close(true);
      else if (panel) {
        panel.open = false;
        panel.querySelector("summary").focus();
      }
    });
    addEventListener("click", (event) => {
      if (box && !box.contains(event.target) && !mark.contains(event.target)) close();
      for (const each of panels) if (!each.contains(event.target)) each.open = false;
    });
  });
})();
