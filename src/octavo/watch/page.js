// Added to a page while it is watched: shows what is wrong, and loads the page when it has changed.
"use strict";
(() => {
  const { output, sum, round, style } = document.currentScript.dataset;
  document.currentScript.remove();
  const KEPT = "octavo-watch";
  const BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, dt, dd, pre, tr, figcaption";

  // --- the place on the page, which outlasts a change above it ---

  const blocks = () => [...document.querySelectorAll(`main :is(${BLOCKS})`)]
    .filter((block) => !block.querySelector(BLOCKS));
  const keep = () => {
    const seen = [];
    for (const [at, block] of blocks().entries()) {
      const { top, bottom } = block.getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) seen.push({ at, top, text: block.textContent });
      if (seen.length === 8) break;
    }
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, y: scrollY, seen }));
      history.scrollRestoration = "manual";
    } catch { /* then the browser does what it can */ }
  };
  const kept = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
      return found && found.path === location.pathname && found.y ? found : null;
    } catch { return null; }
  };
  const back = ({ y, seen }) => {
    const now = blocks();
    for (const { at, top, text } of seen) {
      let best = -1;
      for (const [index, block] of now.entries()) {
        const nearer = best < 0 || Math.abs(index - at) < Math.abs(best - at);
        if (nearer && block.textContent === text) best = index;
      }
      if (best >= 0) {
        const by = now[best].getBoundingClientRect().top - top;
        return scrollBy({ top: by, behavior: "instant" });
      }
    }
    return scrollTo({ top: y, behavior: "instant" });
  };
  const place = kept();
  if (place) {
    addEventListener("DOMContentLoaded", () => back(place));
    addEventListener("load", async () => {
      back(place);
      await document.fonts.ready; // lines may break elsewhere
      back(place);
      history.scrollRestoration = "auto";
    });
  }

  // --- what is wrong ---

  let home = null, shown = "";
  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };
  const hide = () => {
    if (home) home.remove();
    home = null;
  };
  const show = (errors) => {
    hide();
    home = document.createElement("octavo-watch");
    home.lang = "en";
    home.dir = "ltr";
    const room = home.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // which the page's own policy has no say in
    sheet.replaceSync(style);
    room.adoptedStyleSheets = [sheet];
    const alert = document.createElement("div");
    alert.setAttribute("role", "alert");
    room.append(alert);
    document.body.append(home);
    // What comes into an alert that is there already is read out.
    alert.append(element("h2", errors.length > 1 ? `${errors.length} errors` : "Error"));
    const list = document.createElement("div");
    list.className = "errors";
    list.tabIndex = 0;
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "What is wrong");
    list.append(...errors.map((each) => element("p", each)));
    alert.append(list);
    const left = round === undefined ? "The page is that of the last good build. " : "";
    alert.append(element("p", `${left}This goes away when it is mended.`));
    const button = element("button", "Hide");
    button.type = "button";
    button.addEventListener("click", hide);
    alert.append(button);
  };

  // --- the news ---

  let source = null;
  const hear = ({ data }) => {
    const news = JSON.parse(data);
    if (round === undefined ? news.sum !== sum : news.round !== Number(round)) {
      source.close();
      keep();
      location.reload();
    } else if (!news.errors.length) {
      shown = "";
      hide();
    } else if (news.errors.join("\n") !== shown) {
      shown = news.errors.join("\n");
      show(news.errors);
    }
  };
  const listen = () => {
    if (source) source.close();
    source = null;
    // A browser keeps few connections to one server: pages nobody looks at need none.
    if (document.visibilityState !== "visible") return;
    source = new EventSource(`/_octavo/events?output=${encodeURIComponent(output)}`);
    source.addEventListener("message", hear);
  };
  const begin = () => {
    document.addEventListener("visibilitychange", listen);
    addEventListener("pagehide", () => { if (source) source.close(); });
    addEventListener("pageshow", (shown) => { if (shown.persisted) listen(); });
    listen();
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
