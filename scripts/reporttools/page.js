// What scripts/check-report asks of a page. Each function gives a list of sentences: what is wrong.
var assay = (function () {
  "use strict";
  var list = function (selector, from) { return Array.from((from || document).querySelectorAll(selector)); };

  function name(element) {
    var id = element.id ? "#" + element.id : "";
    var style = element.getAttribute("class") ? "." + element.getAttribute("class").split(" ").join(".") : "";
    return element.tagName.toLowerCase() + id + style + " " + JSON.stringify(element.textContent.trim().slice(0, 40));
  }

  function openAll() { list("details").forEach(function (part) { part.open = true; }); }

  // Nothing is wider than the window but what scrolls in a box of its own.
  function overflow() {
    var width = document.documentElement.clientWidth;
    var problems = [];
    if (document.documentElement.scrollWidth > width) {
      problems.push("the page is " + document.documentElement.scrollWidth + " wide in a window of " + width);
    }
    list("body *").some(function (element) {
      if (element.closest(".scroll, .unseen, .skip, svg")) { return false; }
      var box = element.getBoundingClientRect();
      if (box.width > 0 && (box.right > width + 1 || box.left < -1)) { problems.push("sticks out: " + name(element)); }
      return problems.length > 5;
    });
    list(".scroll").forEach(function (box) {
      if (getComputedStyle(box).overflowX !== "auto" && box.scrollWidth > box.clientWidth + 1 && innerWidth < 700) {
        problems.push("does not scroll: " + name(box));
      }
    });
    return problems;
  }

  function isDrawn(mark) {
    var style = getComputedStyle(mark);
    var isFilled = style.fill !== "none" && Number(style.fillOpacity) > 0;
    var isStroked = style.stroke !== "none" && parseFloat(style.strokeWidth) > 0;
    return style.visibility === "visible" && Number(style.opacity) > 0 && (isFilled || isStroked);
  }

  // Every chart has as many marks as its data, all of them to be seen, and its numbers beside it.
  function charts() {
    var problems = [];
    var pictures = list("svg");
    pictures.forEach(function (svg) {
      var expected = svg.getAttribute("data-marks");
      var kind = svg.getAttribute("data-chart");
      if (expected === null || !kind) { problems.push("a picture without data-chart and data-marks"); return; }
      var marks = list("title", svg).filter(function (title) { return title.parentNode !== svg; })
        .map(function (title) { return title.parentNode; });
      if (marks.length !== Number(expected)) {
        problems.push(kind + " has " + marks.length + " marks instead of " + expected);
      }
      // What is closed has no place yet; it is looked at once more when all is open.
      var isClosed = svg.closest("details:not([open])") !== null;
      var view = svg.viewBox.baseVal;
      marks.forEach(function (mark) {
        var box = mark.getBBox();
        var isInside = box.x >= -2 && box.y >= -2 && box.x + box.width <= view.width + 2 && box.y + box.height <= view.height + 2;
        if (!isDrawn(mark) || (!isClosed && (!(box.width > 0) || !isInside))) { problems.push(kind + ": not to be seen: " + mark.outerHTML.slice(0, 120)); }
      });
      if (list("text", svg).length < 3) { problems.push(kind + " says nothing"); }
      if (svg.getAttribute("role") !== "img") { problems.push(kind + " has no role"); }
      var labels = (svg.getAttribute("aria-labelledby") || "").split(" ").map(function (id) { return document.getElementById(id); });
      if (labels.length !== 2 || labels.some(function (label) { return !label || !svg.contains(label) || !label.textContent.trim(); })) {
        problems.push(kind + " has no title and description");
      }
      if (!isClosed && svg.getBoundingClientRect().width < 50) { problems.push(kind + " has no room"); }
      if (Number(expected) > 0) {
        var figure = svg.closest("figure");
        if (!figure || list("table tbody tr", figure).length === 0) { problems.push(kind + " has no numbers beside it"); }
      }
    });
    list("figure").forEach(function (figure) {
      if (list("svg", figure).length !== 1) { problems.push("a figure without its picture: " + name(figure)); }
    });
    return problems.slice(0, 12);
  }

  // What readers need who do not see, or have no pointer.
  function structure() {
    var problems = [];
    ["header", "nav", "main", "footer"].forEach(function (tag) {
      if (!document.querySelector(tag)) { problems.push("there is no " + tag); }
    });
    if (!document.documentElement.lang || !document.title) { problems.push("no language or no title"); }
    if (list("h1").length !== 1) { problems.push("not one h1"); }
    var level = 0;
    list("h1, h2, h3, h4, h5, h6").forEach(function (heading) {
      var next = Number(heading.tagName[1]);
      if (next > level + 1) { problems.push("skips a level: " + name(heading)); }
      level = next;
    });
    var ids = new Set();
    list("[id]").forEach(function (element) {
      if (ids.has(element.id)) { problems.push("twice: the id " + element.id); }
      ids.add(element.id);
    });
    list("a[href^='#']").forEach(function (link) {
      if (!ids.has(decodeURIComponent(link.hash.slice(1)))) { problems.push("leads nowhere: " + link.getAttribute("href")); }
    });
    list("a[href]").forEach(function (link) {
      if (!link.getAttribute("href").startsWith("#")) { problems.push("leads out: " + link.getAttribute("href").slice(0, 80)); }
    });
    list("[aria-labelledby]").forEach(function (element) {
      element.getAttribute("aria-labelledby").split(" ").forEach(function (id) {
        if (!document.getElementById(id)) { problems.push("no label " + id); }
      });
    });
    list("table").forEach(function (table) {
      if (!table.caption || !table.caption.textContent.trim()) { problems.push("no caption: " + name(table)); }
      list("th", table).forEach(function (head) { if (!head.scope) { problems.push("no scope: " + name(head)); } });
      Array.from(table.rows).forEach(function (row) {
        if (row.cells.length !== table.rows[0].cells.length) { problems.push("a row of other length: " + name(row)); }
      });
    });
    list("input").forEach(function (input) { if (input.labels.length === 0) { problems.push("no label: " + name(input)); } });
    list("button").forEach(function (button) {
      if (!button.textContent.trim() && !button.getAttribute("aria-label")) { problems.push("no name: " + name(button)); }
    });
    list("[tabindex]").forEach(function (element) {
      if (element.tabIndex > 0) { problems.push("out of the page's order: " + name(element)); }
    });
    list(".scroll").forEach(function (box) {
      var label = box.getAttribute("aria-label") || box.getAttribute("aria-labelledby");
      if (box.tabIndex !== 0 || !label) { problems.push("no way in by keyboard: " + name(box)); }
    });
    if (list("script").length !== 1 || list("img, iframe, object, embed, form, video, audio").length > 0) {
      problems.push("an element that has no business here");
    }
    list("*").forEach(function (element) {
      Array.from(element.attributes).forEach(function (attribute) {
        if (/^on/i.test(attribute.name) || attribute.name === "style") { problems.push("the attribute " + attribute.name); }
      });
    });
    return problems.slice(0, 12);
  }

  function colour(text) {
    var parts = text.match(/[\d.]+/g).map(Number);
    return { r: parts[0], g: parts[1], b: parts[2], a: parts.length > 3 ? parts[3] : 1 };
  }

  // Relative luminance and contrast. Source: WCAG 2.2, definitions.
  function luminance(c) {
    var parts = [c.r, c.g, c.b].map(function (value) {
      var v = value / 255;
      return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }
  function ratio(a, b) {
    var x = luminance(a), y = luminance(b);
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }

  function below(element) {
    for (var place = element; place; place = place.parentElement) {
      var found = colour(getComputedStyle(place).backgroundColor);
      if (found.a === 1) { return found; }
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  }

  // The last filled rectangle before a text of a picture that lies below its middle.
  function belowText(text, rectangles) {
    var box = text.getBoundingClientRect();
    var x = box.left + box.width / 2, y = box.top + box.height / 2;
    for (var index = rectangles.length - 1; index >= 0; index -= 1) {
      var entry = rectangles[index];
      if (!(entry.element.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) { continue; }
      if (x >= entry.box.left && x <= entry.box.right && y >= entry.box.top && y <= entry.box.bottom) { return entry.fill; }
    }
    return null;
  }

  // WCAG 2.2, 1.4.3: 4.5, or 3 for large text.
  function contrast() {
    var problems = [];
    var seen = new Set();
    var count = 0;
    function hold(element, ink, ground, style) {
      count += 1;
      var size = parseFloat(style.fontSize), isBold = Number(style.fontWeight) >= 700;
      var least = size >= 24 || (size >= 18.66 && isBold) ? 3 : 4.5;
      var found = ratio(ink, ground);
      if (found >= least) { return; }
      var key = element.tagName + element.getAttribute("class") + style.color + style.fill;
      if (seen.has(key)) { return; }
      seen.add(key);
      problems.push("contrast " + found.toFixed(2) + " below " + least + ": " + name(element));
    }
    var walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (var node = walker.nextNode(); node && count < 20000; node = walker.nextNode()) {
      var element = node.parentElement;
      if (!node.data.trim() || element.closest("script, style, svg, .unseen, [hidden]")) { continue; }
      var style = getComputedStyle(element);
      if (style.display !== "none" && style.visibility === "visible") { hold(element, colour(style.color), below(element), style); }
    }
    list("svg").forEach(function (svg) {
      var rectangles = list("rect", svg).map(function (element) {
        var style = getComputedStyle(element);
        return { element: element, box: element.getBoundingClientRect(), fill: style.fill === "none" ? null : colour(style.fill),
                 opacity: Number(style.fillOpacity) };
      }).filter(function (entry) { return entry.fill && entry.opacity === 1; });
      list("text", svg).slice(0, 400).forEach(function (text) {
        if (/halo/.test(text.getAttribute("class"))) { return; }
        var ground = belowText(text, rectangles);
        var style = getComputedStyle(text);
        if (!ground) { problems.push("a text beside its picture: " + name(text)); return; }
        hold(text, colour(style.fill), ground, style);
      });
    });
    return problems.slice(0, 12);
  }

  // What of a page depends on light and dark, as one text.
  function colours() {
    var parts = ["body", ".card", ".verdict", "table", "thead th", "a", ".notes dd", "button"].map(function (selector) {
      var element = document.querySelector(selector);
      return element ? getComputedStyle(element).color + getComputedStyle(element).backgroundColor : "";
    });
    list("svg *").slice(0, 3000).forEach(function (element) {
      var style = getComputedStyle(element);
      parts.push(style.fill + style.stroke);
    });
    return parts.join("|");
  }

  function counts() {
    return {
      charts: list("svg").length, tables: list("table").length,
      marks: list("svg").reduce(function (sum, svg) { return sum + Number(svg.getAttribute("data-marks")); }, 0)
    };
  }

  // Whether what has the focus comes after what had it when this was last asked.
  var before = null;
  function isNext() {
    var element = document.activeElement;
    var isAfter = before === null || !!(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    before = element;
    return isAfter;
  }

  // The middle of something, scrolled to, and whether a click there falls on it.
  function middle(selector) {
    var element = document.querySelector(selector);
    element.scrollIntoView({ block: "center", inline: "center" });
    var box = element.getBoundingClientRect();
    var x = box.left + box.width / 2, y = box.top + box.height / 2;
    return { x: x, y: y, isOnTop: element.contains(document.elementFromPoint(x, y)) };
  }

  // What has the focus, and whether that can be seen.
  function focused() {
    var element = document.activeElement;
    var style = getComputedStyle(element);
    var head = element.closest("th");
    return {
      tag: element.tagName.toLowerCase(), style: element.getAttribute("class") || "", id: element.id,
      isSeen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, isHead: !!head && element.tagName === "BUTTON"
    };
  }

  // The table whose head has the focus: its column and what stands in it.
  function column() {
    var head = document.activeElement.closest("th"), table = head.closest("table");
    return {
      sort: head.getAttribute("aria-sort"), isNumber: head.classList.contains("n"),
      values: Array.from(table.tBodies[0].rows).map(function (row) {
        var cell = row.cells[head.cellIndex];
        return { value: cell.getAttribute("data-v"), text: cell.textContent.trim() };
      })
    };
  }

  return {
    openAll: openAll, overflow: overflow, charts: charts, structure: structure, contrast: contrast, colours: colours,
    counts: counts, focused: focused, column: column,
    isNext: isNext, middle: middle
  };
})();
