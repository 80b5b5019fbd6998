// Tables: the plain one, and the data table that sorts and turns pages.

import { count, h, icon, iconButton } from "./dom.js";
import { richText } from "./richtext.js";

function cell(content, element) {
  switch (content?.type) {
    case "raw_text":
    case "raw_number":
      return content.text ?? String(content.value ?? "");
    case "rich_text":
      return richText(content);
    case "action_cell":
      return element(content.element);
    default:
      return content?.text ?? "";
  }
}

const frame = (label, ...children) =>
  h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
    h("table", null, ...children),
  );

/** A `table` block: the first row is its head. */
export function table(block, element) {
  const settings = block.column_settings ?? [];
  const row = (cells, name) =>
    h(
      "tr",
      null,
      cells.map((content, column) =>
        h(
          name,
          {
            "data-align": settings[column]?.align,
            "data-wrap": settings[column]?.is_wrapped,
            scope: name === "th" ? "col" : null,
          },
          cell(content, element),
        ),
      ),
    );
  const [head, ...body] = block.rows ?? [];
  return frame(
    "Table",
    h("thead", null, row(head ?? [], "th")),
    h(
      "tbody",
      null,
      body.map((cells) => row(cells, "td")),
    ),
  );
}

const plain = (content) => {
  if (content?.type === "raw_number") return Number(content.value);
  if (content?.type !== "rich_text") return content?.text ?? "";
  return (content.elements ?? [])
    .flatMap((part) => part.elements ?? [])
    .map((leaf) => leaf.text ?? "")
    .join("");
};

function compare(one, other) {
  const [a, b] = [plain(one), plain(other)];
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

/** A `data_table` block. */
export function dataTable(block, element) {
  const [head = [], ...body] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const numeric = head.map(
    (_, column) => body.length > 0 && body.every((cells) => cells[column]?.type === "raw_number"),
  );
  const root = h("figure", { class: "data-table" });
  let page = 0;
  let sorted = null;

  const draw = () => {
    const rows = sorted ? [...body].sort((a, b) => sorted.way * compare(a[sorted.column], b[sorted.column])) : body;
    const header = head.map((content, column) => {
      const way = sorted?.column === column ? sorted.way : 0;
      const turn = () => {
        sorted = { column, way: way === 1 ? -1 : 1 };
        page = 0;
        draw();
        root.querySelectorAll("th button")[column]?.focus();
      };
      return h(
        "th",
        {
          scope: "col",
          "data-align": numeric[column] ? "right" : null,
          "aria-sort": way === 1 ? "ascending" : way === -1 ? "descending" : null,
        },
        h("button", { type: "button", class: "sort", onclick: turn }, cell(content, element), icon("sort")),
      );
    });
    const name = (column) => (column === block.row_header_column_index ? "th" : "td");
    const lines = rows.slice(page * size, (page + 1) * size).map((cells) =>
      h(
        "tr",
        null,
        cells.map((content, column) =>
          h(
            name(column),
            { scope: name(column) === "th" ? "row" : null, "data-align": numeric[column] ? "right" : null },
            cell(content, element),
          ),
        ),
      ),
    );
    const turnPage = (by) => () => {
      page += by;
      draw();
    };
    const foot =
      pages > 1 &&
      h(
        "div",
        { class: "pages" },
        h(
          "span",
          null,
          `${page * size + 1}–${Math.min(body.length, (page + 1) * size)} of ${count(body.length, "row")}`,
        ),
        iconButton("left", "Previous page", turnPage(-1), { disabled: page === 0 }),
        iconButton("right", "Next page", turnPage(1), { disabled: page === pages - 1 }),
      );
    root.replaceChildren(
      h("figcaption", null, block.caption ?? ""),
      frame(block.caption ?? "Table", h("thead", null, h("tr", null, header)), h("tbody", null, lines)),
      ...(foot ? [foot] : []),
    );
  };
  draw();
  return root;
}
