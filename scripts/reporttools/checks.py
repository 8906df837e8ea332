"""Looks at a page of `assay report` as its readers do: narrow and wide, light and dark, on paper, by keyboard, without scripts."""
import pathlib
import re

from .browser import PageFault

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
TOOLS = (pathlib.Path(__file__).parent / "page.js").read_text()
# Between the margins of a letter on its side, which is narrower than A4.
PAPER = 960
LONGEST_WALK = 80
LARGE = 2_000_000
ROLES = ("button", "searchbox", "link", "image", "region", "table", "navigation")


class Page:
    """One page and what is wrong with it."""

    def __init__(self, browser, path, screenshots=None):
        self.browser = browser
        self.url = path.resolve().as_uri()
        self.name = path.stem
        self.is_large = path.stat().st_size > LARGE
        self.screenshots = screenshots
        self.problems = []
        self.counts = {}
        self.colours = {}

    def check(self, stops_at_first=False):
        """All of it; the sentences of what is wrong."""
        ways = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
        if self.is_large:
            # What smaller pages show as well is not looked for in every way on one that takes a minute.
            ways = list(zip(WIDTHS, SCHEMES))
        looks = [(lambda width=width, scheme=scheme: self.look(width, scheme)) for width, scheme in ways]
        for step in [*looks, self.whole, self.switch, self.keyboard, self.pointer, self.copy, self.without_scripts, self.paper]:
            try:
                step()
            except PageFault as error:
                self.problems.append(f"what was asked of the page threw: {str(error).splitlines()[0]}")
            if self.problems and stops_at_first:
                break
        return self.problems

    def look(self, width, scheme):
        """As a reader sees it who opens it, and with everything open."""
        where = f"{width} wide, {scheme}"
        self.open(width, scheme)
        self.shoot(f"{width}-{scheme}")
        self.ask(where, "overflow", "charts")
        self.browser.evaluate("assay.openAll()")
        self.ask(f"{where}, all open", "overflow", "charts", "contrast")
        self.colours[scheme] = self.browser.evaluate("assay.colours()")
        self.quiet(where)

    def whole(self):
        """What does not depend on how it is looked at."""
        self.ask("", "structure")
        self.counts = self.browser.evaluate("assay.counts()")
        self.named()
        if self.colours["light"] == self.colours["dark"]:
            self.problems.append("light and dark look alike")

    def open(self, width, scheme="light", media=""):
        self.browser.open(self.url, width, scheme, media)
        self.browser.evaluate(TOOLS)

    def ask(self, where, *questions):
        for question in questions:
            for problem in self.browser.evaluate(f"assay.{question}()"):
                self.problems.append(f"{where}: {problem}" if where else problem)

    def shoot(self, name):
        if self.screenshots:
            self.browser.picture(self.screenshots / f"{self.name}-{name}.png")

    def quiet(self, where):
        """Whatever the browser reports is a fault: errors, broken rules of the page's policy, anything loaded."""
        # One more answer, so that what happened before it has been told.
        self.browser.evaluate("1")
        for event in self.browser.events:
            method, body = event["method"], event.get("params", {})
            if method == "Runtime.exceptionThrown":
                details = body["exceptionDetails"]
                text = details.get("exception", {}).get("description") or details.get("text")
                self.problems.append(f"{where}: an exception: {text}")
            elif method == "Runtime.consoleAPICalled":
                words = " ".join(str(part.get("value", part.get("description"))) for part in body.get("args", []))
                self.problems.append(f"{where}: the console says ({body.get('type')}): {words}")
            elif method == "Log.entryAdded":
                self.problems.append(f"{where}: the browser says: {body['entry'].get('text')}")
            elif method == "Audits.issueAdded":
                self.problems.append(f"{where}: an issue: {body['issue'].get('code')}")
            elif method == "Page.javascriptDialogOpening":
                self.problems.append(f"{where}: a dialog: {body.get('message')}")
            elif method == "Network.requestWillBeSent":
                url = body["request"]["url"]
                if url.split("#")[0] != self.url and url != "data:,":
                    self.problems.append(f"{where}: a request: {url[:100]}")
        self.browser.events.clear()

    def switch(self):
        """The page's own switch gives what the other preference gives, all colours of pictures included."""
        for scheme, other in (("light", "dark"), ("dark", "light")):
            self.open(WIDTHS[-1], scheme)
            self.browser.evaluate("document.querySelector('.theme').click(), assay.openAll()")
            if self.browser.evaluate("assay.colours()") != self.colours[other]:
                self.problems.append(f"switched from {scheme} to {other}, the page looks other than where {other} is preferred")
            self.ask(f"switched to {other}", "contrast")
            self.quiet(f"switched to {other}")
            self.browser.evaluate("try { localStorage.clear() } catch (error) { }")

    def keyboard(self):
        """By keyboard alone: past the links, to a head that sorts, to a field that filters."""
        self.open(WIDTHS[-1])
        self.browser.key("Tab")
        first = self.browser.evaluate("assay.focused()")
        if first["style"] != "skip" or not first["isSeen"]:
            self.problems.append(f"the first stop is not the link past everything: {first}")
        self.browser.key("Enter")
        if self.browser.evaluate("document.activeElement.id") != "main":
            self.problems.append("the link past everything does not lead to the content")
        if self.browser.evaluate("document.querySelector('table[data-sortable] thead button') === null"):
            return
        for _ in range(LONGEST_WALK):
            self.browser.key("Tab")
            stop = self.browser.evaluate("assay.focused()")
            if stop["tag"] == "body":
                break
            if not self.browser.evaluate("assay.isNext()"):
                self.problems.append(f"the focus goes back: {stop}")
                break
            if not stop["isSeen"]:
                self.problems.append(f"nobody sees that it has the focus: {stop}")
                break
            if stop["isHead"]:
                self.sort()
                break
        else:
            self.problems.append("no head of a table can be reached by keyboard")
        self.filter("by keyboard")
        self.quiet("by keyboard")

    def pointer(self):
        """By clicks where a reader makes them: on a head that sorts, then in a field that filters."""
        for width in WIDTHS:
            where = f"by clicks, {width} wide"
            self.open(width)
            if self.browser.evaluate("document.querySelector('table[data-sortable] thead button') === null"):
                return
            for direction in ("ascending", "descending"):
                if not self.click("table[data-sortable] thead th.n button", where):
                    return
                found = self.browser.evaluate("assay.column()")
                if found["sort"] != direction:
                    self.problems.append(f"{where}: a column is sorted {found['sort']} instead of {direction}")
                self.hold(found, direction == "ascending")
            if self.browser.evaluate("document.querySelector('.tools input') !== null") and self.click(".tools input", where):
                self.filter(where)
            self.quiet(where)

    def click(self, selector, where):
        """Clicks in the middle of an element; whether that was on it."""
        self.browser.evaluate("assay.openAll()")
        place = self.browser.evaluate(f"assay.middle({selector!r})")
        if not place["isOnTop"]:
            self.problems.append(f"{where}: something lies over {selector}")
            return False
        self.browser.click(place["x"], place["y"])
        if not self.browser.evaluate(f"document.activeElement === document.querySelector({selector!r})"):
            self.problems.append(f"{where}: {selector} does not take a click")
            return False
        return True

    def named(self):
        """Every control, picture, table and box has a name in the tree that screen readers are given."""
        root = self.browser.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        for role in ("image", "button") if self.is_large else ROLES:
            nodes = self.browser.call("Accessibility.queryAXTree", nodeId=root, role=role)["nodes"]
            bare = sum(not node.get("name", {}).get("value", "").strip() for node in nodes if not node.get("ignored"))
            if bare:
                self.problems.append(f"{bare} of {len(nodes)} have no name for screen readers: {role}")
            self.counts[role] = len(nodes)
        if self.counts["image"] != self.counts["charts"]:
            self.problems.append(f"screen readers are told of {self.counts['image']} of {self.counts['charts']} pictures")

    def sort(self):
        for direction in ("ascending", "descending"):
            self.browser.key("Enter")
            found = self.browser.evaluate("assay.column()")
            if found["sort"] != direction:
                self.problems.append(f"after Enter a column is sorted {found['sort']} instead of {direction}")
            self.hold(found, direction == "ascending")
        # All other columns of all tables, by the same way.
        heads = self.browser.evaluate("document.querySelectorAll('table[data-sortable] thead button').length")
        for index in range(0, heads, max(1, heads // 60)):
            self.browser.evaluate(f"document.querySelectorAll('table[data-sortable] thead button')[{index}].closest('details') === null"
                                  f" || assay.openAll(), document.querySelectorAll('table[data-sortable] thead button')[{index}].focus()")
            self.browser.key("Enter")
            self.hold(self.browser.evaluate("assay.column()"), True)

    def hold(self, found, is_ascending):
        """Numbers in their order, and what is not known at the end."""
        if not found["isNumber"]:
            return
        known = [value["value"] is not None for value in found["values"]]
        if known != sorted(known, reverse=True):
            self.problems.append("what is not known is not at the end of a sorted column")
        numbers = [float(value["value"]) for value in found["values"] if value["value"] is not None]
        if numbers != sorted(numbers, reverse=not is_ascending):
            self.problems.append(f"a column is not sorted: {numbers[:6]}")

    def filter(self, where):
        """The first field: what it leaves, what it counts, and that Escape empties it."""
        if not self.browser.evaluate("(function () { var field = document.querySelector('.tools input'); if (field) { assay.openAll();"
                                     " field.focus(); } return !!field; })()"):
            return
        rows = "Array.from(document.activeElement.closest('.table').querySelectorAll('tbody tr'))"
        words = self.browser.evaluate(f"{rows}[1].cells[0].textContent.split(/\\s+/)[0]").lower()[:20]
        self.browser.type(words)
        state = self.browser.evaluate(
            f"({{ value: document.activeElement.value, shown: {rows}.filter(function (row) {{ return row.offsetParent !== null; }})"
            f".map(function (row) {{ return row.textContent.toLowerCase(); }}), all: {rows}.length,"
            " said: document.activeElement.closest('.tools').querySelector('output').textContent })")
        fitting = self.browser.evaluate(f"{rows}.filter(function (row) {{ return Array.from(row.cells, function (cell) {{ return"
                                        f" cell.textContent; }}).join(' ').toLowerCase().indexOf({words!r}) >= 0; }}).length")
        if state["value"].lower() != words:
            self.problems.append(f"{where}: a field of a filter does not take what is typed: {state['value']!r}")
        if len(state["shown"]) != fitting or fitting == 0:
            self.problems.append(f"{where}: a filter shows {len(state['shown'])} rows instead of {fitting}")
        if state["said"] != f"{fitting} of {state['all']} rows":
            self.problems.append(f"{where}: a filter counts {state['said']!r} where {fitting} of {state['all']} rows are shown")
        self.browser.type(" no-row-has-this")
        said = self.browser.evaluate("document.activeElement.closest('.tools').querySelector('output').textContent")
        if said != f"0 of {state['all']} rows":
            self.problems.append(f"{where}: a filter that fits nothing counts {said!r}")
        self.browser.key("Escape")
        said = self.browser.evaluate("document.activeElement.closest('.tools').querySelector('output').textContent")
        if said != f"{state['all']} of {state['all']} rows":
            self.problems.append(f"{where}: an emptied filter counts {said!r}")

    def copy(self):
        """A command's button says that it copied."""
        self.open(WIDTHS[-1])
        if self.browser.evaluate("document.querySelector('.copyable button') === null"):
            return
        self.browser.evaluate("assay.openAll(), document.querySelector('.copyable button').focus()")
        self.browser.key("Enter")
        said = self.browser.evaluate(
            "new Promise(function (done) { setTimeout(function () { done(document.querySelector('.copyable button').textContent); },"
            " 150); })")
        if said != "Copied":
            self.problems.append(f"the button that copies says {said!r}")
        self.quiet("copying")

    def without_scripts(self):
        """The page is whole, and has no controls that do nothing."""
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.open(WIDTHS[0])
            if self.browser.evaluate("document.querySelectorAll('button, input').length") != 0:
                self.problems.append("without scripts there are controls that do nothing")
            tables = self.browser.evaluate("document.querySelectorAll('table').length")
            if tables != self.counts["tables"]:
                self.problems.append(f"without scripts there are {tables} tables instead of {self.counts['tables']}")
            self.ask("without scripts", "overflow", "charts")
            self.quiet("without scripts")
        finally:
            self.browser.call("Emulation.setScriptExecutionDisabled", value=False)

    def paper(self):
        """On paper: light, whatever is preferred, nothing cut off, no controls."""
        self.open(PAPER, "dark", media="print")
        self.browser.evaluate("assay.openAll()")
        self.ask("on paper", "contrast")
        if not re.search(r"\((255, 255, 255|0, 0, 0, 0)", self.browser.evaluate("getComputedStyle(document.body).backgroundColor")):
            self.problems.append("on paper the page is not white")
        cut = self.browser.evaluate(
            "Array.from(document.querySelectorAll('table, svg')).filter(function (part) { var box = part.getBoundingClientRect();"
            " return box.width > 0 && box.right > innerWidth + 1; }).length")
        if cut:
            self.problems.append(f"on paper {cut} tables or pictures are cut off")
        shown = self.browser.evaluate(
            "Array.from(document.querySelectorAll('.tools, .theme, .copyable button')).filter(function (part) {"
            " return part.offsetParent !== null; }).length")
        if shown:
            self.problems.append(f"on paper there are {shown} controls")
        self.shoot("paper")
        if self.screenshots:
            data = self.browser.print(self.screenshots / f"{self.name}.pdf")
            if not data.startswith(b"%PDF"):
                self.problems.append("cannot be printed")
