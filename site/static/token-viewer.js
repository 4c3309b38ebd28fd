// <course-token-viewer>: texts to type over as the batch of tokens that a model would get. Chapter 2
// has it; it says and draws what helpers/widgets/tokens.py does. The tokenizer runs in the page.
(() => {
  "use strict";
  const { make, slider } = window.course;

  const MOST_TEXTS = 6, MOST_CHARACTERS = 1000, MOST_CUT_DRAWN = 16;
  const LINE_ENDS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/; // what Python's splitlines knows

  class CourseTokenViewer extends HTMLElement {
    connectedCallback() {
      if (this.given) return;
      this.given = window.course.wake(this);
      this.table = this.querySelector("table"); // what is there before the tokenizer, and without
      this.state = make("p", { class: "live-state", role: "status" });
      if (window.course.fromDisk) {
        this.state.textContent =
          "Opened from disk, this page shows a table. Typing needs a server: python3 course.py site --serve";
        this.append(this.state);
        return;
      }
      this.replaceChildren(...this.parts());
      const seen = new IntersectionObserver(([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        this.load();
      }, { rootMargin: "400px" });
      seen.observe(this);
    }

    parts() {
      const { texts, least, most, longest } = this.given;
      this.longest = longest;
      this.box = make("textarea", { rows: 4, spellcheck: "false" });
      this.box.value = texts.join("\n");
      this.box.addEventListener("input", () => this.draw());
      const range = { min: least, max: most, step: 1, value: longest, digits: 0 };
      this.slider = slider("Longest allowed", range, (value) => {
        this.longest = value;
        this.draw();
      });
      this.said = make("div", { class: "live-said", "aria-live": "polite" });
      const around = { class: "live-wide", tabindex: 0, role: "group", "aria-label": "The batch" };
      this.drawn = make("div", around, this.table);
      return [
        make("label", { class: "live-text" }, make("span", {}, "Your texts"), this.box),
        this.slider.row, this.state, this.said, this.drawn,
      ];
    }

    async load() {
      const { folder } = window.course;
      this.state.textContent = "Loading the tokenizer, half a megabyte.";
      try {
        const { Tokenizer } = await import(`${folder}vendor/tokenizers.min.mjs`);
        const answer = await fetch(`${folder}model/tokenizer.json`);
        if (!answer.ok) throw new Error(`tokenizer.json is not there (${answer.status})`);
        this.tokenizer = new Tokenizer(await answer.json(), {});
        this.state.textContent = "The tokenizer is here. Your texts stay in your browser.";
        this.draw();
      } catch (error) {
        this.state.textContent =
          `The tokenizer does not run here: ${error.message}. The table shows what it does.`;
      }
    }

    // Take as much of what was typed as is drawn, and say in notes what was left out.
    static first(typed) {
      const lines = typed.split(LINE_ENDS).map((one) => one.trim()).filter((one) => one);
      const texts = lines.slice(0, MOST_TEXTS).map((one) => Array.from(one)), notes = [];
      if (lines.length > MOST_TEXTS) {
        notes.push(`only the first ${MOST_TEXTS} of ${lines.length} texts are drawn.`);
      }
      const long = texts.map((_, i) => i + 1).filter((i) => texts[i - 1].length > MOST_CHARACTERS);
      if (long.length) {
        notes.push(`only the first ${MOST_CHARACTERS} characters are read of text ${long.join(", ")}.`);
      }
      return { texts: texts.map((one) => one.slice(0, MOST_CHARACTERS).join("")), notes };
    }

    // Tokenize texts as one batch, padded to the longest, and keep what truncation cuts off.
    batch(texts, longest) {
      const { padding } = this.given;
      const rows = texts.map((text) => {
        const { ids, tokens } = this.tokenizer.encode(text);
        const whole = ids.map((id, i) => ({ text: tokens[i], id, mask: 1, kind: this.kind(tokens[i], id) }));
        if (whole.length <= longest) return { pieces: whole, cut: [] };
        // The last token ends every text; the pieces before it are what is cut.
        const pieces = [...whole.slice(0, longest - 1), whole[whole.length - 1]];
        return { pieces, cut: tokens.slice(longest - 1, -1) };
      });
      const wide = Math.max(...rows.map(({ pieces }) => pieces.length));
      for (const { pieces } of rows) {
        while (pieces.length < wide) pieces.push({ ...padding, mask: 0, kind: "padding" });
      }
      return rows;
    }

    kind(token, id) {
      if (id === this.given.unknown) return "unknown";
      if (this.given.special.includes(id)) return "special";
      return token.startsWith("##") ? "inside" : "word";
    }

    draw() {
      if (!this.tokenizer) return; // drawn when it comes
      const { texts, notes } = CourseTokenViewer.first(this.box.value);
      if (!texts.length) {
        this.said.replaceChildren(make("p", {}, "Type a text above; each line is one text."));
        this.drawn.replaceChildren();
        return;
      }
      const rows = this.batch(texts, this.longest);
      this.said.replaceChildren(
        CourseTokenViewer.summary(rows),
        ...notes.map((note) => make("p", {}, make("b", {}, "Note:"), ` ${note}`))
      );
      this.drawn.replaceChildren(
        ...rows.flatMap((row, i) => this.row(row, i + 1)),
        make("p", {}, "In each box: the piece, its id, its attention mask bit.")
      );
    }

    row({ pieces, cut }, i) {
      const list = make("div", { role: "list", "aria-label": `Tokens of text ${i}` });
      list.append(...pieces.map(({ text, id, mask, kind }) => {
        const said = ["unknown", "special", "padding"].includes(kind) ? [make("small", {}, kind)] : [];
        return box(kind, ...said, make("b", {}, text), String(id), String(mask));
      }));
      const parts = [make("p", {}, make("b", {}, `Text ${i}`)), list];
      if (cut.length) {
        const away = make("div", { role: "list", "aria-label": `Cut off from text ${i}` }, "Cut off: ");
        away.append(...cut.slice(0, MOST_CUT_DRAWN).map((name) => box("cut", make("s", {}, name))));
        if (cut.length > MOST_CUT_DRAWN) away.append(` and ${cut.length - MOST_CUT_DRAWN} more, not drawn`);
        parts.push(away);
      }
      return parts;
    }

    // Say in a sentence how large a batch is, and how much of it is padding or was cut.
    static summary(rows) {
      const all = rows.flatMap(({ pieces }) => pieces);
      const padding = all.filter(({ mask }) => mask === 0).length;
      const cut = rows.reduce((sum, row) => sum + row.cut.length, 0);
      return `The batch is ${count(rows.length, "text")} of ${count(rows[0].pieces.length, "token")}: ` +
        `${all.length - padding} read, ${padding} padding. Cut off: ${count(cut, "piece")}.`;
    }
  }

  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  function box(kind, ...lines) {
    const look = { role: "listitem", class: `live-token live-${kind}` };
    return make("div", look, ...lines.map((one) => make("div", {}, one)));
  }
  customElements.define("course-token-viewer", CourseTokenViewer);
})();
