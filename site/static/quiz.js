// The questions of the pages, live. A plain script, so that a page opened from disk runs it too.
(() => {
  "use strict";
  const { make } = window.course;
  const LETTERS = "ABCD";

  // <course-quiz right="CDB">: buttons that say right or wrong, for the questions that stand in it
  // as the notebook saves them: each a paragraph, then a list with a fold for each answer. In
  // `right` each question has the letter of its right answer. Without scripts the folds stay.
  class CourseQuiz extends HTMLElement {
    connectedCallback() {
      if (this.live) return;
      this.live = true;
      [...this.querySelectorAll("ul")].forEach((list, k) => {
        this.ask(list.previousElementSibling, list, this.getAttribute("right")[k]);
      });
    }

    ask(asked, list, right) {
      const said = make("div", { class: "quiz-said", role: "status" }, "Choose one.");
      const question = make("div", { role: "group", "aria-label": asked.textContent });
      let answered = false;
      const choose = (yes, reply) => {
        said.replaceChildren(...reply);
        if (!answered) this.dispatchEvent(new CustomEvent("quiz-answered", { bubbles: true, detail: yes }));
        answered = true;
      };
      const buttons = [...list.children].map((item, i) => this.button(item, LETTERS[i], right, choose));
      asked.replaceWith(question);
      list.remove();
      question.append(asked, ...buttons, said);
    }

    button(item, letter, right, choose) {
      const fold = item.querySelector("details");
      const reply = [...fold.childNodes].slice(1); // what is behind its summary
      fold.remove();
      const verdict = make("b");
      const button = make("button", { type: "button" },
        make("span", {}, `${letter} · `, ...item.childNodes), verdict);
      button.addEventListener("click", () => {
        const yes = letter === right;
        button.className = yes ? "quiz-right" : "quiz-wrong";
        verdict.textContent = yes ? "✓ right" : "✗ wrong";
        choose(yes, reply);
      });
      return button;
    }
  }
  customElements.define("course-quiz", CourseQuiz);

  const PASSED = 0.8; // of the questions: below, a second reading pays

  // <course-tally>: how the page's quizzes went by the first choice of each, and which chapters to
  // read again: what helpers/exercises/_final.py says. A quiz says in `chapter` what it is about.
  class CourseTally extends HTMLElement {
    connectedCallback() {
      if (this.answered) return;
      this.answered = [];
      document.addEventListener("quiz-answered", ({ target, detail }) => {
        this.answered.push({ right: detail, chapter: Number(target.getAttribute("chapter")) });
        this.show();
      });
      this.count = make("p");
      this.advice = make("p", { role: "status" });
      this.replaceChildren(this.count, this.advice);
      this.show();
    }

    show() {
      const total = document.querySelectorAll("course-quiz").length;
      const right = this.answered.filter((one) => one.right).length;
      if (this.answered.length < total) {
        this.count.textContent = `${this.answered.length} of ${total} answered.`;
      } else {
        this.count.textContent = `${right} of ${total} right`;
        this.advice.textContent = this.advise(right / total);
      }
    }

    advise(share) {
      const wrong = new Map();
      for (const { right, chapter } of this.answered) {
        if (!right) wrong.set(chapter, (wrong.get(chapter) || 0) + 1);
      }
      if (!wrong.size) return "Nothing to read again. Tag something of your own.";
      const order = [...wrong].sort(([a, n], [b, m]) => m - n || a - b);
      const named = order.map(([chapter, n]) => `${chapter} (${n} wrong)`).join(", ");
      const which = `chapter${order.length > 1 ? "s" : ""} ${named}`;
      return share >= PASSED
        ? `You can use what you learned. To look at once more: ${which}.`
        : `Read again, in this order, and come back tomorrow: ${which}.`;
    }
  }
  customElements.define("course-tally", CourseTally);
})();
