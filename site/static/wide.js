// A table that is wider than its place scrolls there, so the keyboard has to reach it.
(() => {
  "use strict";
  const look = (box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => look(target)));
  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".output.text_html, .table-wrapper").forEach((box) => watch.observe(box));
  });
})();
