/// What a page says of one record while it is written: its HTML, the pictures whose styles the page needs, and what it has none
/// of.
struct PageSection {
  /// Its id, and what ids within it begin with: letters and digits.
  let id: String
  /// Its heading.
  var title = ""
  /// A line below it.
  var subtitle = ""
  private var html: [String] = []
  private(set) var pictures: [SVGPicture] = []
  /// Parts, for the links at the top.
  private(set) var parts: [(id: String, title: String)] = []
  /// What is not there, and why.
  private(set) var missing: [(lead: String, text: String)] = []
  private var tables = 0
  private var charts = 0

  init(id: String) { self.id = id }

  /// All of it.
  ///
  /// - Parameter hasLinks: whether links to its parts stand at its top.
  func rendered(hasLinks: Bool) -> String {
    let links = parts.map { "<li><a href=\"#\($0.id)\">\(HTML.text($0.title))</a></li>" }.joined(separator: "\n")
    let lines =
      [
        "<section class=\"record\" id=\"\(id)\" aria-labelledby=\"\(id)-h\">",
        "<h2 id=\"\(id)-h\">\(HTML.text(title))</h2>",
        subtitle.isEmpty ? "" : HTML.paragraph(subtitle, class: "subtitle"),
        hasLinks && parts.count > 1
          ? "<nav class=\"links\" aria-label=\"\(HTML.text(title))\"><ul>\n\(links)\n</ul></nav>" : "",
      ] + html + ["</section>"]
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Adds HTML, which has to be safe; nothing adds nothing.
  mutating func add(_ html: String) { if !html.isEmpty { self.html.append(html) } }

  /// Begins a part, which ``end()`` ends.
  mutating func begin(_ name: String, _ title: String) {
    let part = "\(id)-\(name)"
    parts.append((part, title))
    html.append("<section id=\"\(part)\" aria-labelledby=\"\(part)-h\">")
    html.append("<h3 id=\"\(part)-h\">\(HTML.text(title))</h3>")
  }

  /// Ends a part.
  mutating func end() { html.append("</section>") }

  /// Says why there is no part of that name.
  mutating func lack(_ title: String, _ why: String) { missing.append((title, why)) }

  /// A table with an id of its own.
  mutating func table(_ table: PageTable) -> String {
    tables += 1
    return table.html(id: "\(id)-table-\(tables)")
  }

  /// A picture with its numbers below it.
  ///
  /// - Parameters:
  ///   - description: what there is to see, for readers who do not.
  ///   - marks: elements that stand for data, as counted from the data; one for each of the table's rows unless given.
  ///   - numbers: the numbers that it was drawn from.
  mutating func figure(
    _ picture: SVGPicture, title: String, description: String, marks: Int? = nil, numbers: PageTable
  ) -> String {
    charts += 1
    pictures.append(picture)
    let drawn = picture.element(
      id: "\(id)-chart-\(charts)", title: title, description: description, marks: marks ?? numbers.count)
    let box =
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"\(HTML.text(title)), picture\">\n\(drawn)\n</div>"
    // Many panels would push everything below them out of reach.
    let shown = picture.height > Self.tallest ? HTML.details("The picture, which has many panels", box) : box
    return "<figure><figcaption>\(HTML.text(title))</figcaption>\n\(shown)\n"
      + HTML.details("Numbers of this picture", table(numbers)) + "\n</figure>"
  }

  /// Pictures above this height are closed at first; units of length.
  private static let tallest = 2600.0

  /// A picture that is no chart: it has no numbers but those that are written in it.
  mutating func drawing(_ picture: SVGPicture) -> String {
    charts += 1
    pictures.append(picture)
    let drawn = picture.element(id: "\(id)-chart-\(charts)", description: "Boxes inside boxes.", marks: 0)
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Picture\">\n\(drawn)\n</div>"
  }
}
