// <course-threshold-lab>: thresholds to move, and what it costs. Chapter 7 has it; it counts, says and
// draws what helpers/widgets/thresholds.py does.
(() => {
  "use strict";
  const { make, shape, svg, text, line, rect, fixed, shorten, choices, slider } = window.course;

  const F1 = "#0072B2", PRECISION = "#D55E00", RECALL = "#009E73";
  // Each curve has a dash pattern of its own. The number is its place in what ratios gives.
  const CURVES = [["F1", 2, F1, "", 3], ["precision", 0, PRECISION, "8 4", 2], ["recall", 1, RECALL, "2 3", 2]];
  const MEASURES = ["precision", "recall", "F1", "found (tp)", "false alarms (fp)", "missed (fn)", "tn"];
  const GRID = Array.from({ length: 101 }, (_, i) => i * 0.01);
  const HIGHEST_COST = 10, MOST_FLIPS = 5;
  const EACH = "one per label", ALL = "one for all";

  // Where the curves, their legend, that of the upright lines, and the ticks' words are in the picture:
  // beside the curves, and on a phone above them.
  const WIDE = {
    width: 528, height: 252, left: 86, right: 388, top: 50, bottom: 204,
    legend: [402, 50], marks: [402, 128], words: [217, 231],
  };
  const NARROW = {
    width: 330, height: 366, left: 28, right: 320, top: 166, bottom: 320,
    legend: [28, 28], marks: [176, 36], words: [98, 114],
  };
  const phone = window.matchMedia("(max-width: 34em)");

  // Precision (NaN if nothing is predicted), recall (NaN if nothing is there) and F1.
  function ratios([tp, fp, fn]) {
    return [tp / (tp + fp), tp / (tp + fn), (2 * tp) / Math.max(2 * tp + fp + fn, 1)];
  }

  const numbered = (value) => (Number.isNaN(value) ? "–" : fixed(value, 2));
  const measured = (counts) => [...ratios(counts).map(numbered), ...counts];

  class CourseThresholdLab extends HTMLElement {
    connectedCallback() {
      if (this.given) return;
      this.given = window.course.wake(this);
      const size = Math.round(new Blob([this.querySelector("script").textContent]).size / 1000);
      this.curves = this.given.labels.map((_, j) => GRID.map((t) => ratios(this.counts(this.all(t))[j])));
      this.thresholds = this.all(0.5);
      this.shown = 0;
      this.mode = EACH;
      this.costs = [1, 1];
      this.replaceChildren(...this.parts(size));
      this.draw();
      this.say();
      phone.addEventListener("change", () => this.draw());
    }

    static ratios(counts) {
      return ratios(counts);
    }

    all(threshold) {
      return this.given.labels.map(() => threshold);
    }

    // Count for each label what its threshold makes right and wrong: tp, fp, fn, tn.
    counts(thresholds) {
      const { targets, probabilities } = this.given;
      const found = thresholds.map(() => [0, 0, 0, 0]);
      targets.forEach((row, i) => row.forEach((there, j) => {
        const given = probabilities[i][j] > thresholds[j];
        found[j][given ? (there ? 0 : 1) : there ? 2 : 3] += 1;
      }));
      return found;
    }

    // List the predictions that a move changes, label by label, the most probable first.
    flips(before, after) {
      const { targets, probabilities } = this.given, found = [];
      targets.forEach((row, text) => row.forEach((there, label) => {
        const probability = probabilities[text][label], given = probability > after[label];
        if (given === probability > before[label]) return;
        found.push({ text, label, probability, given, right: given === Boolean(there) });
      }));
      return found.sort((a, b) => a.label - b.label || b.probability - a.probability || a.text - b.text);
    }

    parts(size) {
      const { labels, texts } = this.given;
      const bar = { min: 0, max: 1, step: 0.01, value: 0.5, digits: 2 };
      const cost = { min: 1, max: HIGHEST_COST, step: 1, value: 1, digits: 0 };
      this.drawn = choices("Curves of", labels, labels[0], (name) => this.changeCurves(labels.indexOf(name)));
      this.modes = choices("Sliders", [EACH, ALL], EACH, (mode) => this.changeMode(mode));
      this.axis = slider("threshold", bar, (threshold) => {
        if (this.mode === ALL) this.put(this.all(threshold));
        else this.putOne(this.shown, threshold);
      });
      this.axis.row.classList.add("live-axis");
      this.each = labels.map((label, j) => slider(label, bar, (threshold) => this.putOne(j, threshold)));
      this.common = slider("all labels", bar, (threshold) => this.put(this.all(threshold)));
      this.sliders = make("div", { class: "live-sliders" }, ...this.each.map(({ row }) => row));
      this.sliders.style.minHeight = `${2 * labels.length}em`; // nothing below moves
      this.follow = make("input", { type: "checkbox" });
      this.follow.checked = true;
      this.follow.addEventListener("change", () => this.follow.checked && this.putCosts());
      const costs = ["false alarm costs", "miss costs"].map((name, k) => slider(name, cost, (value) => {
        this.costs[k] = value;
        if (this.follow.checked) this.putCosts();
        else this.draw();
      }));
      this.picture = make("div", { class: "live-curves" });
      this.said = make("p", { class: "live-said", "aria-live": "polite" });
      this.listed = make("div", { class: "live-flips" });
      const around = { class: "live-wide", tabindex: 0, role: "group", "aria-label": "The table of counts" };
      this.table = make("div", around);
      const button = (name, click) => {
        const made = make("button", { type: "button" }, name);
        made.addEventListener("click", click);
        return made;
      };
      return [
        this.drawn.row, this.picture, this.axis.row, this.modes.row, this.sliders,
        make("div", { class: "live-choices" },
          button("all to 0.5", () => this.put(this.all(0.5))),
          button("all to tuned", () => this.putTuned()),
          button("all to costs", () => this.putCosts())),
        ...costs.map(({ row }) => row),
        make("label", { class: "live-tick" }, this.follow, " costs move the thresholds"),
        this.table,
        make("p", { class: "live-state" },
          `On ${texts.length} validation texts with the tagger's probabilities, ${size} kB in this page.`),
        this.said, this.listed,
      ];
    }

    // Move the thresholds. The sliders stand at whole steps; the thresholds keep all digits.
    put(thresholds, what = "") {
      const before = this.thresholds;
      this.thresholds = thresholds;
      this.draw();
      this.each.forEach(({ put }, j) => put(thresholds[j]));
      this.common.put(thresholds[this.shown]);
      this.say(what, this.flips(before, thresholds));
    }

    putOne(label, threshold) {
      this.shown = label;
      this.drawn.put(this.given.labels[label]);
      this.put(this.thresholds.map((old, j) => (j === label ? threshold : old)));
    }

    putTuned() {
      this.put(this.mode === ALL ? this.all(this.given.together) : this.given.tuned);
    }

    putCosts() {
      this.put(this.all(this.asked()));
    }

    asked() {
      return this.costs[0] / (this.costs[0] + this.costs[1]);
    }

    changeMode(mode) {
      this.mode = mode;
      const shown = mode === ALL ? [this.common] : this.each;
      this.sliders.replaceChildren(...shown.map(({ row }) => row));
      if (mode === ALL) this.put(this.all(this.thresholds[this.shown]), "One slider for all labels.");
      else this.say("A slider for each label.", this.flipped);
    }

    changeCurves(label) {
      this.shown = label;
      this.common.put(this.thresholds[label]);
      this.draw();
      this.say(`Curves of ${this.given.labels[label]}.`, this.flipped);
    }

    draw() {
      this.picture.replaceChildren(this.drawing(this.thresholds, this.shown));
      this.axis.put(this.thresholds[this.shown]);
      this.table.replaceChildren(this.counted());
    }

    // Draw one label's F1, precision and recall against its threshold.
    drawing(thresholds, label) {
      const place = phone.matches ? NARROW : WIDE;
      const { left, right, top, bottom, legend: [at, from], marks: [side, first], words } = place;
      const x = (threshold) => left + (right - left) * threshold;
      const y = (value) => bottom - (bottom - top) * value;
      // Write beside an upright line, on the side where there is room.
      const beside = (at, y, word, bold = false) => {
        const after = at < (left + right) / 2 + 80;
        return text(after ? at + 4 : at - 4, y, word, bold, 11, after ? "start" : "end");
      };
      const { labels, tuned, targets, probabilities } = this.given, now = x(thresholds[label]);
      const values = ratios(this.counts(thresholds)[label]);
      const parts = [
        rect(left, top, right - left, bottom - top,
          { fill: "none", stroke: "currentColor", "stroke-opacity": 0.6 }),
        text(at, from - 14, shorten(labels[label], 16), true),
        ...[0, 0.5, 1].map((v) => text(left - 6, y(v) + 4, String(v), false, 11, "end")),
        ...[0, 0.25, 0.5, 0.75, 1].map((t) => text(x(t), bottom + 44, String(t), false, 11, "middle")),
      ];
      [[1, "texts with the label", 4], [0, "texts without", 18]].forEach(([target, word, below], k) => {
        const seen = probabilities.filter((_, i) => targets[i][label] === target);
        const places = [...new Set(seen.map((row) => fixed(x(row[label]), 1)))].sort((a, b) => a - b);
        const path = places.map((one) => `M${Number(one)} ${bottom + below}v10`).join("");
        parts.push(shape("path", { d: path, stroke: "currentColor", "stroke-width": 1 }));
        parts.push(text(at, words[k], `${word}: ${seen.length}`, false, 11));
      });
      CURVES.forEach(([name, which, color, dash, thick], k) => {
        const points = GRID.map((t, i) => [t, this.curves[label][i][which]])
          .filter(([, v]) => !Number.isNaN(v))
          .map(([t, v]) => `${fixed(x(t), 1)},${fixed(y(v), 1)}`).join(" ");
        const look = { fill: "none", stroke: color, "stroke-width": thick, "stroke-dasharray": dash };
        parts.push(shape("polyline", { points, ...look }));
        parts.push(shape("path", { d: `M${at} ${from + 4 + 20 * k}h34`, ...look }));
      });
      const lines = [[tuned[label], `tuned ${fixed(tuned[label], 2)}`, "10 4"], [0.5, "0.5", "2 3"]];
      lines.forEach(([threshold, word, dash], k) => {
        const upper = top - 24 + 14 * k, row = first + 20 * k;
        parts.push(line(x(threshold), upper, x(threshold), bottom, dash));
        parts.push(beside(x(threshold), upper + 6, word));
        parts.push(line(side, row - 4, side + 34, row - 4, dash), text(side + 42, row, word));
      });
      parts.push(line(side, first + 36, side + 34, first + 36, "", 2), text(side + 42, first + 40, "now"));
      parts.push(line(now, top - 34, now, bottom + 30, "", 2));
      parts.push(beside(now, top - 38, `now ${fixed(thresholds[label], 2)}`, true));
      CURVES.forEach(([name, which], k) => {
        parts.push(text(at + 42, from + 8 + 20 * k, `${name} ${numbered(values[which])}`));
      });
      parts.push(text(side, first + 60, `costs ask for ${fixed(this.asked(), 2)}`));
      return svg(this.described(thresholds, label), place.width, place.height, ...parts);
    }

    // Say in words what drawing draws.
    described(thresholds, label) {
      const { labels, tuned } = this.given;
      const settings = [thresholds, tuned, this.all(0.5)];
      const [now, best, half] = settings.map((one) => ratios(this.counts(one)[label]));
      return `${labels[label]}: at threshold ${fixed(thresholds[label], 2)} precision ${numbered(now[0])}, ` +
        `recall ${numbered(now[1])}, F1 ${fixed(now[2], 2)}; tuned threshold ` +
        `${fixed(tuned[label], 2)} has F1 ${fixed(best[2], 2)}, 0.5 has F1 ${fixed(half[2], 2)}`;
    }

    // Put counts, precision, recall, F1 and cost of every label in a table, and together.
    counted() {
      const { labels } = this.given, counts = this.counts(this.thresholds);
      const sums = [0, 1, 2, 3].map((k) => counts.reduce((sum, row) => sum + row[k], 0));
      const mean = counts.reduce((sum, row) => sum + ratios(row)[2], 0) / counts.length;
      const row = (name, bar, some) =>
        [name, bar, ...measured(some), this.costs[0] * some[1] + this.costs[1] * some[2]];
      const rows = [
        ...labels.map((name, j) => row(name, fixed(this.thresholds[j], 2), counts[j])),
        row("together (micro)", "", sums),
        ["mean (macro)", "", "", "", fixed(mean, 2), "", "", "", "", ""],
      ];
      const names = ["label", "threshold", ...MEASURES, "cost"];
      const head = names.map((name) => make("th", { scope: "col" }, name));
      return make("table", { "aria-label": "What the thresholds do" },
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, ...rows.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, name),
          ...cells.map((one) => make("td", {}, String(one)))))));
    }

    // List the texts that flipped, with what became right and what wrong; none before a move.
    say(what = "", flips = null) {
      const { labels, texts } = this.given, right = (flips || []).filter((flip) => flip.right).length;
      this.flipped = flips;
      let head = "Move a slider: texts whose prediction changes are listed here.";
      if (flips && !flips.length) head = "That move changed no prediction.";
      else if (flips) {
        const noun = flips.length > 1 ? "predictions" : "prediction";
        head = `That move flipped ${flips.length} ${noun}: ${right} right, ${flips.length - right} wrong.`;
      }
      this.said.textContent = `${what} ${head}`.trim();
      const items = (flips || []).slice(0, MOST_FLIPS).map(({ text, label, probability, given, right }) =>
        make("li", {}, make("b", {}, shorten(labels[label], 20)), ` ${fixed(probability, 2)}, ` +
          `${given ? "now given" : "no longer given"}, ${right ? "✓ right" : "✗ wrong"}: ${texts[text]}`));
      this.listed.replaceChildren(make("ul", {}, ...items));
      const more = (flips || []).length - MOST_FLIPS;
      if (more > 0) this.listed.append(`and ${more} more`);
    }
  }
  customElements.define("course-threshold-lab", CourseThresholdLab);
})();
