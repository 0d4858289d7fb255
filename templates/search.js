// Search in a site. What is searched comes as a script, for files may not fetch; and only when asked.
"use strict";
(() => {
  const MOST = 100; // places that are listed
  const AROUND = 60; // characters that are shown on either side
  // Signs that change no letter's name: accents, vowel points, and what is not seen at all.
  const SIGNS = new RegExp("[\\u00ad\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2"
    + "\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7"
    + "\\u06e8\\u06ea-\\u06ed\\u0640\\u200b-\\u200f\\u2060\\ufeff]", "g");
  const LETTER = /[\p{L}\p{N}]/u;
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

  const fold = (text) => text.normalize("NFD").toLowerCase().replace(SIGNS, "")
    .replace(/[‘’ʼ]/g, "'").replace(/[“”„«»]/g, '"').replace(/[‐‑]/g, "-")
    .replace(/ς/g, "σ").replace(/ß/g, "ss").replace(/æ/g, "ae").replace(/œ/g, "oe")
    .replace(/\s+/g, " ");

  // Folded, with the place in the text that each character came from.
  const mapped = (text) => {
    let folded = "";
    const from = [], to = [];
    let at = 0;
    for (const char of text) {
      for (const each of fold(char)) {
        if (each === " " && folded.endsWith(" ")) continue;
        folded += each;
        for (let unit = 0; unit < each.length; unit++) {
          from.push(at);
          to.push(at + char.length);
        }
      }
      at += char.length;
    }
    return { folded, from, to };
  };

  const termsOf = (query) => [...fold(query).matchAll(/"([^"]+)"|[^\s"]+/g)]
    .map((found) => (found[1] || found[0]).trim()).filter((term) => LETTER.test(term));

  // A word is found where it begins; scripts that write no spaces have it anywhere.
  const next = (folded, term, start) => {
    for (let at = folded.indexOf(term, start); at >= 0; at = folded.indexOf(term, at + 1)) {
      const before = at ? folded[at - 1] : " ";
      if (!LETTER.test(before) || UNSPACED.test(term[0]) || !LETTER.test(term[0])) return at;
    }
    return -1;
  };
  const allOf = (text, terms) => {
    const { folded, from, to } = mapped(text);
    const found = [];
    for (const term of terms) {
      for (let at = next(folded, term, 0); at >= 0; at = next(folded, term, at + term.length)) {
        found.push([from[at], to[at + term.length - 1]]);
      }
    }
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    return found.filter((each, at) => !at || each[0] >= found[at - 1][1]);
  };

  // --- the places on a page ---

  const BLOCK = /^(address|article|aside|blockquote|caption|colgroup|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)$/;

  // The lines of the index, as texts in the page; render/lines.py does the same.
  const linesOf = (top) => {
    const lines = [];
    let line = [];
    const cut = () => {
      if (line.some((each) => /[^ \t\n\r\f]/.test(each.data))) lines.push(line);
      line = [];
    };
    const walk = (element) => {
      for (const child of element.childNodes) {
        if (child.nodeType === 3) line.push(child);
        else if (child.nodeType === 1 && child.localName === "br") line.push({ data: " " });
        else if (child.nodeType === 1) {
          const block = BLOCK.test(child.localName);
          if (block) cut();
          walk(child);
          if (block) cut();
        }
      }
    };
    walk(top);
    cut();
    return lines;
  };

  const markIn = (line, terms) => {
    const marks = [];
    const found = allOf(line.map((each) => each.data).join(""), terms);
    let start = 0;
    for (const node of line) {
      const end = start + node.data.length;
      const inside = found.filter(([from, to]) => from < end && to > start && node.parentNode);
      for (const [from, to] of inside.reverse()) {
        const rest = node.splitText(Math.max(0, from - start));
        rest.splitText(Math.min(rest.data.length, to - Math.max(from, start)));
        const mark = document.createElement("mark");
        rest.replaceWith(mark);
        mark.append(rest);
        marks.unshift(mark);
      }
      start = end;
    }
    return marks;
  };

  const arrive = () => {
    const asked = new URLSearchParams(location.search);
    const main = document.querySelector("main");
    const terms = termsOf(asked.get("find") || "");
    if (!terms.length || !main) return;
    const marked = linesOf(main).map((line) => markIn(line, terms));
    const [first] = marked[Number(asked.get("line"))] || [];
    const there = first || marked.flat()[0];
    if (!there) return;
    there.tabIndex = -1;
    const show = () => {
      there.scrollIntoView({ block: "center", behavior: "instant" });
      there.focus({ preventScroll: true });
    };
    show();
    addEventListener("load", () => requestAnimationFrame(show));
  };

  // --- the search ---

  let asked = null;
  const load = () => {
    asked = asked || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = "search-index.js";
      script.onload = () => done(globalThis.octavoIndex);
      script.onerror = failed;
      document.head.append(script);
    });
    return asked;
  };

  const search = (index, terms) => {
    const found = [];
    for (const page of index) {
      page.folded = page.folded || page[2].map(fold);
      page.folded.forEach((line, number) => {
        if (terms.every((term) => next(line, term, 0) >= 0)) found.push({ page, number });
      });
    }
    return found;
  };

  const cited = (text, terms) => {
    const found = allOf(text, terms);
    const from = Math.max(0, (found[0] ? found[0][0] : 0) - AROUND);
    const start = from ? text.indexOf(" ", from) + 1 || from : 0;
    const to = Math.min(text.length, (found[0] ? found[0][1] : 0) + 2 * AROUND);
    const end = to < text.length ? Math.max(text.lastIndexOf(" ", to), found[0] ? found[0][1] : to) : to;
    const parts = [start ? "… " : ""];
    let at = Math.min(start, found[0] ? found[0][0] : start);
    for (const [one, other] of found.filter((each) => each[1] <= end)) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(one, other);
      parts.push(text.slice(at, one), mark);
      at = other;
    }
    parts.push(text.slice(at, end), end < text.length ? " …" : "");
    return parts;
  };

  const entry = ({ page, number }, query, terms) => {
    const [file, title, lines, places] = page;
    const place = places.filter((each) => each[0] <= number).pop();
    const item = document.createElement("li");
    const link = document.createElement("a");
    const head = document.createElement("b");
    const text = document.createElement("span");
    link.href = `${file}?${new URLSearchParams({ find: query, line: number })}#${place[1]}`;
    head.textContent = place[2] && place[2] !== title ? `${title} · ${place[2]}` : title;
    text.append(...cited(lines[number], terms));
    link.append(head, text);
    item.append(link);
    return item;
  };

  addEventListener("DOMContentLoaded", () => {
    arrive();
    const field = document.getElementById("_query");
    if (!field) return;
    const list = document.getElementById("_found");
    const said = document.getElementById("_said");
    const show = (index) => {
      const query = field.value.trim(), terms = termsOf(query);
      const found = terms.length ? search(index, terms) : [];
      const count = found.length > MOST ? `${MOST}+` : found.length;
      said.textContent = !terms.length ? "" : found.length ? `${said.dataset.found} ${count}` : said.dataset.none;
      list.replaceChildren(...found.slice(0, MOST).map((each) => entry(each, query, terms)));
    };
    const run = () => load().then(show, () => { said.textContent = said.dataset.missing; });
    let waiting = 0;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(run, 120);
    });
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    field.closest("details").addEventListener("toggle", (event) => {
      if (event.target.open) field.focus();
    });
  });
})();
