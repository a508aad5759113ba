"use strict";
for (const button of document.querySelectorAll("button[data-open]"))
  button.addEventListener("click", () => {
    for (const part of document.querySelectorAll("#each details")) part.open = button.dataset.open === "1";
  });
const openTarget = () => {
  const part = location.hash.startsWith("#job-") && document.getElementById(location.hash.slice(1));
  if (part) { part.open = true; part.scrollIntoView(); }
};
addEventListener("hashchange", openTarget);
openTarget();
const figureOf = (cell) => {
  const text = cell.textContent.trim().replaceAll("−", "-").replace("%", "").trim();
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
};
for (const head of document.querySelectorAll(".sortable thead th"))
  head.addEventListener("click", () => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const column = head.cellIndex, body = head.closest("table").tBodies[0], numeric = head.classList.contains("n");
    const rows = Array.from(body.rows, (row) => {
      const cell = row.cells[column];
      return [row, numeric ? figureOf(cell) : cell.textContent.trim()];
    });
    rows.sort(([, a], [, b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = numeric ? a - b : a.localeCompare(b, undefined, { numeric: true });
      return ascending ? order : -order;
    });
    body.append(...rows.map(([row]) => row));
  });
