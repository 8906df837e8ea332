/// How a page looks: light and dark by what the reader prefers or chose, narrow and wide, on paper.
enum PageStyle {
  /// The rules, but those of pictures.
  static let rules = """
    :root { color-scheme: light; \(light) }
    @media screen and (prefers-color-scheme: dark) { :root:not([data-theme=light]) { color-scheme: dark; \(dark) } }
    @media screen { :root[data-theme=dark] { color-scheme: dark; \(dark) } }
    \(base)
    \(parts)
    \(tables)
    \(paper)
    """

  private static let light = """
    --page: #f3f5f9; --card: #ffffff; --ink: #172033; --soft: #4a5568; --line: #dde3ec; --strong: #b6c0d0; --accent: #1d4ed8; \
    --tint: #eef3fe; --good: #14532d; --good-tint: #e6f6ec; --care: #713f12; --care-tint: #fdf3d7; --bad: #991b1b; \
    --bad-tint: #fdeaea; --code: #f1f4f9; --stripe: #f8fafd;
    """

  private static let dark = """
    --page: #090e1a; --card: #111827; --ink: #e8ecf4; --soft: #a8b3c5; --line: #263248; --strong: #46546e; --accent: #8ab4ff; \
    --tint: #16233f; --good: #86efac; --good-tint: #0f2a1c; --care: #fcd34d; --care-tint: #2d2410; --bad: #fca5a5; \
    --bad-tint: #34161a; --code: #0c1322; --stripe: #141d2f;
    """

  private static let base = """
    *, *::before, *::after { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, "DejaVu Sans", Arial, sans-serif; }
    .top, main, footer, body > nav { max-width: 1240px; margin: 0 auto; padding: 0 1.25rem; }
    h1, h2, h3, h4, p, dd, dt, li, th, td, summary, caption, figcaption, code { overflow-wrap: anywhere;
      unicode-bidi: isolate; }
    h1 { font-size: clamp(1.45rem, 1rem + 2vw, 2.1rem); line-height: 1.2; margin: 0 0 .75rem; letter-spacing: -.015em; }
    h2 { font-size: 1.3rem; margin: 0; letter-spacing: -.01em; }
    h3 { font-size: 1.15rem; margin: 0 0 .75rem; }
    h4 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
    p { margin: .4rem 0; }
    a { color: var(--accent); text-underline-offset: .15em; }
    code { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    main:focus-visible { outline: none; }
    .skip { position: absolute; left: -999rem; top: .5rem; z-index: 2; padding: .5rem 1rem; background: var(--card);
      color: var(--ink); }
    .skip:focus { left: .5rem; }
    .unseen, .unseen th { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap; }
    .hint, .subtitle { color: var(--soft); font-size: .9rem; }
    """

  private static let parts = """
    .top { padding-top: 1.5rem; position: relative; }
    .brand { margin: 0 0 .25rem; color: var(--accent); font-weight: 700; letter-spacing: .08em;
      text-transform: uppercase; font-size: .8rem; }
    .theme { position: absolute; top: 1.1rem; right: 1.25rem; }
    button { font: inherit; font-size: .85rem; color: var(--ink); background: var(--card); border: 1px solid var(--strong);
      border-radius: 6px; padding: .25rem .7rem; cursor: pointer; }
    button:hover { border-color: var(--accent); }
    nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
    nav a { display: block; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 999px;
      background: var(--card);
      color: var(--ink); text-decoration: none; font-size: .875rem; }
    nav a:hover { border-color: var(--accent); color: var(--accent); }
    .links { margin: .75rem 0 0; }
    .record { margin: 1.75rem 0 3rem; }
    .record > section, .record > .subtitle + section { background: var(--card); border: 1px solid var(--line);
      border-radius: 12px;
      padding: 1.25rem 1.25rem 1rem; margin: 1rem 0; min-width: 0; }
    .verdict { border: 1px solid; border-left-width: 6px; border-radius: 8px; padding: .5rem 1rem; margin: 0 0 1rem; }
    .verdict > p { font-weight: 650; }
    .verdict ul { color: var(--ink); margin: .25rem 0 .4rem; padding-left: 1.2rem; font-size: .92rem; }
    .good { color: var(--good); background: var(--good-tint); }
    .care { color: var(--care); background: var(--care-tint); }
    .bad { color: var(--bad); background: var(--bad-tint); }
    .goal { font-size: 1.02rem; }
    .cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(13.25rem, 100%), 1fr)); }
    @media (min-width: 700px) { .card.losses { grid-column: span 2; } }
    .card { border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; background: var(--stripe);
      min-width: 0; }
    .card p { margin: .1rem 0; font-size: .875rem; color: var(--soft); }
    .card .name { font-weight: 600; color: var(--ink); }
    .card .figure { font-size: 1.9rem; font-weight: 700; line-height: 1.25; color: var(--ink);
      font-variant-numeric: tabular-nums;
      letter-spacing: -.02em; }
    .card .figure .unit { font-size: .875rem; font-weight: 500; letter-spacing: 0; color: var(--soft); }
    .card .figure.none { font-size: 1.2rem; color: var(--soft); font-weight: 600; }
    .warnings { margin: .25rem 0; padding-left: 0; list-style: none; }
    .warnings li { background: var(--care-tint); border-left: 4px solid var(--care); border-radius: 4px;
      padding: .5rem .8rem;
      margin: .4rem 0; }
    dl { margin: .75rem 0; }
    .notes, .facts { display: grid; gap: .2rem; font-size: .875rem; color: var(--soft); }
    .notes > div, .facts > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: .75rem; border-radius: 4px; }
    .notes.wide > div { grid-template-columns: minmax(8rem, 13rem) 1fr; }
    .notes dt { color: var(--ink); font-weight: 600; }
    .notes dd, .facts dd { margin: 0; max-width: 90ch; }
    .facts { gap: .35rem; font-size: .95rem; color: var(--ink); }
    .facts dt { color: var(--soft); }
    .notes > div:target { background: var(--care-tint); color: var(--ink); }
    figure { margin: 1rem 0; }
    figcaption { font-weight: 600; margin-bottom: .4rem; }
    .chart { display: block; width: 100%; max-width: 1120px; height: auto; min-width: 900px; }
    .c-latency, .c-trade-off { min-width: 620px; max-width: 860px; }
    .c-load-line { min-width: 700px; max-width: 900px; }
    .c-topology { width: auto; min-width: 0; max-width: none; max-height: 80vh; }
    details { margin: .5rem 0; border: 1px solid var(--line); border-radius: 8px; padding: 0 .8rem; }
    details[open] { padding-bottom: .6rem; }
    summary { cursor: pointer; padding: .45rem 0; font-size: .9rem; color: var(--accent); font-weight: 550; }
    footer { color: var(--soft); font-size: .875rem; padding-bottom: 3rem; }
    @media (max-width: 600px) {
      .top, main, footer, body > nav { padding-left: .75rem; padding-right: .75rem; }
      .record > section { padding: 1rem .8rem .75rem; border-radius: 10px; }
      .notes > div, .facts > div, .notes.wide > div { grid-template-columns: 1fr; gap: 0; margin-bottom: .35rem; }
      .theme { top: .8rem; right: .75rem; }
    }
    """

  private static let tables = """
    .scroll { overflow-x: auto; max-width: 100%; }
    .table { margin: .5rem 0; }
    .tools { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center; margin-bottom: .5rem;
      font-size: .875rem; }
    .tools label { color: var(--soft); }
    .tools input { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--strong);
      border-radius: 6px;
      padding: .25rem .6rem; width: min(18rem, 100%); }
    .tools output { color: var(--soft); }
    table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
    .table table { min-width: 100%; }
    caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
    th, td { text-align: left; vertical-align: baseline; padding: .32rem .55rem; border-bottom: 1px solid var(--line);
      font-weight: 400; }
    thead th { font-weight: 600; color: var(--soft); border-bottom: 2px solid var(--strong); white-space: nowrap;
      vertical-align: bottom; }
    tbody th { font-weight: 550; }
    tbody tr:nth-child(even) { background: var(--stripe); }
    tbody tr:hover { background: var(--tint); }
    .n { text-align: right; white-space: nowrap; }
    th:first-child, td:first-child { padding-left: .3rem; }
    td, tbody th { min-width: 3.2rem; overflow-wrap: normal; }
    td code, tbody th { overflow-wrap: anywhere; }
    tbody th { min-width: 7rem; }
    .unit { font-weight: 400; color: var(--soft); }
    thead button { font: inherit; color: inherit; background: none; border: 0; padding: .1rem 0; display: inline-flex;
      gap: .3rem; align-items: baseline; }
    thead button:hover { color: var(--accent); }
    thead button::after { content: "↕"; opacity: .75; font-size: .85em; }
    th[aria-sort=ascending] button::after { content: "↑"; opacity: 1; }
    th[aria-sort=descending] button::after { content: "↓"; opacity: 1; }
    tr[hidden] { display: none; }
    .command { display: inline-block; background: var(--code); border: 1px solid var(--line); border-radius: 6px;
      padding: .2rem .5rem;
      min-width: 14rem; }
    .copyable { display: flex; gap: .5rem; align-items: flex-start; }
    .copyable .command { flex: 1; }
    .losses table { width: 100%; }
    .losses td { white-space: nowrap; }
    .losses th, .losses td { padding: .15rem .6rem .15rem 0; border: 0; }
    .losses thead th { font-weight: 400; font-size: .8rem; }
    .losses tbody th { min-width: 4rem; }
    .losses tbody tr { background: none; }
    """

  private static let paper = """
    @media print {
      @page { size: landscape; margin: 12mm; }
      body { background: none; font-size: 10pt; }
      body > nav, .links, .theme, .tools, .skip, .copyable button { display: none; }
      .top, main, footer { max-width: none; padding: 0; }
      .record > section, .record > .subtitle + section { border: 0; border-top: 1px solid var(--strong); border-radius: 0; padding: 8pt 0 0; }
      .scroll { overflow: visible; }
      .chart { min-width: 0; max-height: 150mm; }
      table { font-size: 7pt; }
      th, td { padding: 1.5pt 3pt; }
      td, tbody th, .command { min-width: 0; }
      thead th, .n { white-space: normal; }
      td { overflow-wrap: anywhere; }
      thead th, td.n { overflow-wrap: normal; }
      thead button { display: inline; padding: 0; }
      thead { display: table-header-group; }
      thead button::after { content: ""; }
      details { border: 0; padding: 0; }
      summary { color: var(--ink); list-style: none; }
      tr, .card, .verdict, figure > .scroll, .notes > div { break-inside: avoid; }
      h2, h3, h4, figcaption, caption { break-after: avoid; }
      a { color: inherit; text-decoration: none; }
    }
    """
}
