"""Pages with one thing wrong each: what the check must find."""
import base64
import hashlib
import re


def script(html):
    """The page's script and where it lies."""
    start = html.index("<script>") + len("<script>")
    return start, html.rindex("</script>")


def with_script(html, change):
    """The page with another script, which its policy allows."""
    start, end = script(html)
    text = change(html[start:end])
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    page = html[:start] + text + html[end:]
    return re.sub(r"script-src 'sha256-[^']+'", f"script-src 'sha256-{digest}'", page, count=1)


def once(html, pattern, text):
    changed = re.sub(pattern, text, html, count=1, flags=re.DOTALL)
    if changed == html:
        raise ValueError(f"there is nothing to change: {pattern}")
    return changed


MUTANTS = {
    "a console error": lambda html: with_script(html, lambda text: text + "\nconsole.error('planted');"),
    "an exception": lambda html: with_script(html, lambda text: text + "\nnull.planted();"),
    "a script that the policy does not know": lambda html: once(html, r"<script>", "<script>void 0;"),
    "a picture from outside": lambda html: once(html, r"</main>", '<p><img src="https://example.org/x.png" alt=""></p></main>'),
    "a picture from outside, and no policy": lambda html: once(
        once(html, r'<meta http-equiv="Content-Security-Policy"[^>]*>', ""), r"</main>", '<p><img src="https://example.org/x.png" alt=""></p></main>'),
    "a dialog, and no policy": lambda html: once(
        once(html, r'<meta http-equiv="Content-Security-Policy"[^>]*>', ""), r"</main>", "<script>setTimeout(function () { alert(1); }, 0);</script></main>"),
    "a style sheet from outside": lambda html: once(html, r"</head>", '<link rel="stylesheet" href="https://example.org/x.css"></head>'),
    "a mark that is gone": lambda html: once(html, r"<(circle|polygon|rect)[^>]*><title>.*?</title></\1>", ""),
    "a mark outside of its picture": lambda html: once(
        html, r'(<circle) cx="[^"]*"( [^>]*><title>)', r'\1 cx="-500"\2'),
    "a mark without ink": lambda html: once(html, r"</style>", ".chart .sign, .chart .point, .chart .histogram { fill: none; stroke: none; }</style>"),
    "a chart whose marks are gone": lambda html: once(
        html, r"(<svg[^>]*data-chart=.*?</svg>)", lambda found: re.sub(
            r"<(circle|polygon|rect|path|line)[^>]*><title>.*?</title></\1>", "", found[0], flags=re.DOTALL)),
    "a figure without its picture": lambda html: once(html, r"<svg[^>]*data-chart=.*?</svg>", ""),
    "a picture without a title": lambda html: once(html, r"(<svg[^>]*>\s*)<title [^>]*>.*?</title>", r"\1"),
    "a picture without a role": lambda html: once(html, r'(<svg[^>]*) role="img"', r"\1"),
    "a box without a label": lambda html: once(html, r'(class="scroll" role="region" tabindex="0") aria-label="[^"]*"', r"\1"),
    "a link without words": lambda html: once(html, r'(<a href="#r1-[a-z]+">)[^<]*', r"\1"),
    "an order of its own for the focus": lambda html: once(
        html, r'class="scroll" role="region" tabindex="0"', 'class="scroll" role="region" tabindex="3"'),
    "something that lies over the tables": lambda html: once(
        html, r"</style>", "main::after { content: ''; position: fixed; inset: 0; }</style>"),
    "a head that only keys reach": lambda html: with_script(
        html, lambda text: text.replace('control.addEventListener("click", function () {', 'control.addEventListener("click", function (event) { if (event.detail) { return; }')),
    "a page that is too wide only on a phone": lambda html: once(
        html, r"</style>", "@media (max-width: 400px) { .cards { min-width: 600px; } }</style>"),
    "a picture without a description": lambda html: once(html, r"<desc [^>]*>.*?</desc>", ""),
    "a picture without numbers": lambda html: once(html, r"(</div>\s*)<details><summary>Numbers of this picture.*?</details>", r"\1"),
    "something too wide": lambda html: once(html, r"</style>", ".hint, .subtitle { width: 500px; }</style>"),
    "pale text": lambda html: once(html, r"--soft: #4a5568", "--soft: #a0a8b5"),
    "pale text in the dark": lambda html: html.replace("--soft: #a8b3c5", "--soft: #4a5568"),
    "pale text in pictures": lambda html: once(html, r"\.chart text \{([^}]*)fill: #1f2937", r".chart text {\1fill: #c0c0c0"),
    "a switch that forgets pictures": lambda html: once(html, r"@media screen \{\n:where\(:root\[data-theme=dark\]\).*?\n\}", ""),
    "a level of headings skipped": lambda html: once(html, r"<h3 (.*?)</h3>", r"<h5 \1</h5>"),
    "an id twice": lambda html: once(html, r"<footer>", '<footer><i id="main"></i>'),
    "a link to nothing": lambda html: once(html, r'href="#r1-[a-z]+"', 'href="#nothing"'),
    "a table without a caption": lambda html: once(html, r"<caption id[^>]*>[^<]+</caption>", ""),
    "a head without scope": lambda html: once(html, r'<th scope="col"', "<th"),
    "no focus to be seen": lambda html: once(html, r":focus-visible \{[^}]*\}", ":focus-visible { outline: none; }"),
    "sorting as words": lambda html: with_script(html, lambda text: text.replace("Number(value)", "value")),
    "sorting that leaves the unknown where it is": lambda html: with_script(
        html, lambda text: text.replace("if (unknown) { return unknown; }", "").replace(
            'if (isNumber && typeof a.key !== "number")', "if (false)")),
    "a direction that is not said": lambda html: with_script(
        html, lambda text: text.replace('isUp ? "ascending" : "descending"', '"ascending"')),
    "a filter that hides nothing": lambda html: with_script(html, lambda text: text.replace("row.hidden = !fits;", "")),
    "a count that stands still": lambda html: with_script(html, lambda text: text.replace('count.textContent = shown + ', 'count.textContent = rows.length + ')),
    "a field without a label": lambda html: with_script(html, lambda text: text.replace("label.htmlFor = id;", "")),
    "a copy that fails": lambda html: with_script(
        html, lambda text: text.replace("tell(true)", "tell(false)").replace("var isDone = document.execCommand(\"copy\");", "var isDone = false;")),
    "controls without scripts": lambda html: once(html, r"<footer>", "<footer><button type=\"button\">Nothing</button>"),
    "dark paper": lambda html: html.replace("@media screen and (prefers-color-scheme", "@media (prefers-color-scheme"),
    "tables cut off on paper": lambda html: once(html, r"@media print \{", "@media print { table { min-width: 1600px; }"),
}
