"use strict";
/* Sorting, filtering, opening. The page is complete without it. */
(function () {
  function value(row, column) {
    var cell = row.cells[column];
    return cell.hasAttribute("data-value") ? Number(cell.getAttribute("data-value")) : cell.textContent.trim().toLowerCase();
  }

  function sort(table, header) {
    var column = header.cellIndex;
    var descending = header.getAttribute("aria-sort") === "ascending";
    var body = table.tBodies[0];
    var rows = Array.from(body.rows).map(function (row) { return { row: row, value: value(row, column) }; });
    rows.sort(function (a, b) {
      var order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
      return descending ? -order : order;
    });
    rows.forEach(function (entry) { body.appendChild(entry.row); });
    Array.from(table.tHead.rows[0].cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  }

  function sortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (header) {
      var button = document.createElement("button");
      button.type = "button";
      while (header.firstChild) button.appendChild(header.firstChild);
      button.addEventListener("click", function () { sort(table, header); });
      header.appendChild(button);
    });
  }

  function filterable(table, number) {
    var rows = Array.from(table.tBodies[0].rows);
    if (rows.length < 6) return;
    var tools = document.createElement("div"), label = document.createElement("label");
    var input = document.createElement("input"), status = document.createElement("span");
    tools.className = "tools";
    input.type = "search";
    input.id = "filter" + number;
    label.htmlFor = input.id;
    label.textContent = "Show rows with";
    status.setAttribute("role", "status");
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase(), shown = 0;
      rows.forEach(function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
        shown += !row.hidden;
      });
      status.textContent = wanted ? shown + " of " + rows.length + " rows" : "";
    });
    tools.append(label, input, status);
    var place = table.closest(".scroll") || table;
    place.parentNode.insertBefore(tools, place);
  }

  function openers(section) {
    var details = Array.from(section.querySelectorAll(".alerts details"));
    if (!details.length) return;
    var tools = document.createElement("div");
    tools.className = "tools";
    [["Open all alerts", true], ["Close all alerts", false]].forEach(function (way) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = way[0];
      button.addEventListener("click", function () { details.forEach(function (d) { d.open = way[1]; }); });
      tools.append(button);
    });
    section.querySelector("h2").after(tools);
  }

  document.querySelectorAll("table.sortable").forEach(function (table, number) {
    sortable(table);
    filterable(table, number);
  });
  var alerts = document.getElementById("alerts");
  if (alerts) openers(alerts);
})();
