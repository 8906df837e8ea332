/// What scripts add to a page that is whole without them: sorting, filtering, copying, and a switch between light and dark.
enum PageScript {
  /// The script; it makes its own controls, so that there are none where scripts do not run.
  static let text = """
    (function () {
    "use strict";
    var root = document.documentElement;
    function all(selector, act, from) { Array.prototype.forEach.call((from || document).querySelectorAll(selector), act); }
    function make(name, text, style) {
      var element = document.createElement(name);
      if (text) { element.textContent = text; }
      if (style) { element.className = style; }
      return element;
    }
    function button(text, style) { var element = make("button", text, style); element.type = "button"; return element; }

    // Light and dark. A file opened from disk may not be allowed to remember.
    function stored(value) {
      try {
        if (value) { localStorage.setItem("assay-theme", value); }
        return localStorage.getItem("assay-theme");
      } catch (error) { return null; }
    }
    function isDark() {
      var theme = root.getAttribute("data-theme");
      return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    }
    if (stored() === "dark" || stored() === "light") { root.setAttribute("data-theme", stored()); }
    var theme = button("", "theme");
    function name() { theme.textContent = isDark() ? "Light colours" : "Dark colours"; }
    theme.addEventListener("click", function () {
      var next = isDark() ? "light" : "dark";
      root.setAttribute("data-theme", next);
      stored(next);
      name();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    name();
    document.querySelector(".top").appendChild(theme);

    // Tables.
    function key(row, column) {
      var cell = row.cells[column];
      var value = cell.getAttribute("data-v");
      return value === null ? cell.textContent.trim() : Number(value);
    }
    function compare(a, b, isNumber) {
      if (!isNumber) { return a.localeCompare(b, "en", { numeric: true }); }
      return a - b;
    }
    function sort(table, column, isNumber, direction) {
      var body = table.tBodies[0];
      var rows = Array.prototype.map.call(body.rows, function (row, index) {
        return { row: row, key: key(row, column), index: index };
      });
      rows.sort(function (a, b) {
        // What is not known comes last either way.
        var unknown = isNumber ? (typeof a.key !== "number") - (typeof b.key !== "number") : 0;
        if (unknown) { return unknown; }
        if (isNumber && typeof a.key !== "number") { return a.index - b.index; }
        return direction * compare(a.key, b.key, isNumber) || a.index - b.index;
      });
      var sorted = document.createDocumentFragment();
      rows.forEach(function (entry) { sorted.appendChild(entry.row); });
      body.appendChild(sorted);
    }
    all("table[data-sortable]", function (table) {
      var heads = table.tHead.rows[0].cells;
      if (table.tBodies[0].rows.length < 2) { return; }
      Array.prototype.forEach.call(heads, function (head, column) {
        var control = button("");
        while (head.firstChild) { control.appendChild(head.firstChild); }
        head.appendChild(control);
        control.addEventListener("click", function () {
          var isUp = head.getAttribute("aria-sort") !== "ascending";
          Array.prototype.forEach.call(heads, function (other) { other.removeAttribute("aria-sort"); });
          head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
          sort(table, column, head.classList.contains("n"), isUp ? 1 : -1);
        });
      });
    });
    var fields = 0;
    all("table[data-sortable]", function (table) {
      var rows = Array.prototype.slice.call(table.tBodies[0].rows);
      if (rows.length < 6) { return; }
      var texts = rows.map(function (row) {
        return Array.prototype.map.call(row.cells, function (cell) { return cell.textContent; }).join(" ").toLowerCase();
      });
      fields += 1;
      var id = "filter-" + fields;
      var tools = make("div", "", "tools");
      var label = make("label", "Filter rows");
      var field = make("input");
      var count = make("output");
      label.htmlFor = id;
      field.id = id;
      field.type = "search";
      field.autocomplete = "off";
      field.spellcheck = false;
      count.htmlFor = id;
      count.setAttribute("aria-live", "polite");
      label.appendChild(make("span", " of " + table.caption.textContent, "unseen"));
      tools.append(label, field, count);
      function apply() {
        var words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
        var shown = 0;
        rows.forEach(function (row, index) {
          var fits = words.every(function (word) { return texts[index].indexOf(word) >= 0; });
          row.hidden = !fits;
          if (fits) { shown += 1; }
        });
        count.textContent = shown + " of " + rows.length + " rows";
      }
      field.addEventListener("input", apply);
      apply();
      table.closest(".table").insertBefore(tools, table.closest(".scroll"));
    });

    // Commands.
    var said = make("p", "", "unseen");
    said.setAttribute("role", "status");
    document.body.appendChild(said);
    function oldCopy(text) {
      var area = make("textarea", text);
      area.style.position = "fixed";
      area.style.opacity = "0";
      document.body.appendChild(area);
      area.select();
      var isDone = document.execCommand("copy");
      area.remove();
      return isDone;
    }
    all("code.command", function (code) {
      var copy = button("Copy");
      copy.setAttribute("aria-label", "Copy the command " + code.textContent);
      var box = make("div", "", "copyable");
      code.parentNode.insertBefore(box, code);
      box.append(code, copy);
      function tell(isDone) {
        copy.textContent = isDone ? "Copied" : "Select it";
        said.textContent = isDone ? "Copied." : "Copying is not allowed here; the command is selected.";
        if (!isDone) { getSelection().selectAllChildren(code); }
        setTimeout(function () { copy.textContent = "Copy"; said.textContent = ""; }, 2000);
      }
      copy.addEventListener("click", function () {
        if (navigator.clipboard && navigator.clipboard.writeText) {
          navigator.clipboard.writeText(code.textContent).then(
            function () { tell(true); }, function () { tell(oldCopy(code.textContent)); copy.focus(); });
        } else {
          tell(oldCopy(code.textContent));
          copy.focus();
        }
      });
    });

    // Paper has no way to open what is closed.
    var opened = [];
    addEventListener("beforeprint", function () {
      all("details:not([open])", function (part) { part.open = true; opened.push(part); });
    });
    addEventListener("afterprint", function () {
      opened.forEach(function (part) { part.open = false; });
      opened = [];
    });
    })();
    """

  /// The SHA-256 of ``text`` in Base64: the only script that the page's policy lets run.
  static let sha256 = "qheAs9u4+fyC+V1lE0uSH594tbUJa0NHZxSCS5/0Ymk="
}
