/// A finished picture, which can stand alone in a file or lie in a page beside others.
///
/// Alone it brings its styles along and follows what the reader prefers. In a page it has none: the page has those of all
/// its pictures (``pageRules(_:)``), each below a class of its own, so that classes of the same name stay apart, and dark
/// ones also where the reader chose so with the page's own switch.
struct SVGPicture {
  /// What kind of picture it is, as a class: lower-case letters and `-`.
  let kind: String
  /// Units of length.
  let width: Double
  /// Units of length.
  let height: Double
  /// What readers hear that do not see it.
  let title: String
  /// What it draws with beside what all pictures do.
  let style: SVGStyle
  /// Its background and all that was drawn, one an element.
  let elements: [String]

  private var size: String {
    "width=\"\(Int(width))\" height=\"\(Int(height))\" viewBox=\"0 0 \(Int(width)) \(Int(height))\""
  }

  /// A file of its own.
  var document: String {
    ([
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\">",
      "<title>\(SVGCanvas.escaped(title))</title>", style.element,
    ] + elements + ["</svg>", ""]).joined(separator: "\n")
  }

  /// An element of a page.
  ///
  /// - Parameters:
  ///   - id: what its parts are referred to by: unique in the page; letters, digits and `-`.
  ///   - title: what is drawn; the picture's own title unless given.
  ///   - description: what there is to see, for readers who do not.
  ///   - marks: elements that stand for data, each of which has a hint.
  func element(id: String, title: String? = nil, description: String, marks: Int) -> String {
    ([
      "<svg class=\"chart c-\(kind)\" data-chart=\"\(kind)\" data-marks=\"\(marks)\" "
        + "viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\">",
      "<title id=\"\(id)-t\">\(SVGCanvas.escaped(title ?? self.title))</title>",
      "<desc id=\"\(id)-d\">\(SVGCanvas.escaped(description))</desc>",
    ] + elements + ["</svg>"]).joined(separator: "\n")
  }

  /// The rules that a page needs for its pictures, each kind's once.
  static func pageRules(_ pictures: [SVGPicture]) -> String {
    var kinds: [String: SVGStyle] = [:]
    var order: [String] = []
    for picture in pictures where kinds[picture.kind] == nil {
      kinds[picture.kind] = picture.style
      order.append(picture.kind)
    }
    guard !order.isEmpty else { return "" }
    let styles = [(".chart", SVGStyle.base)] + order.compactMap { kind in kinds[kind].map { (".c-\(kind)", $0) } }
    let light = styles.flatMap { SVGStyle.scoped($1.light, below: $0) }
    // Without weight of their own, so that rules go over each other as they do in a file.
    let preferred = styles.flatMap { SVGStyle.scoped($1.dark, below: ":where(:root:not([data-theme=light])) \($0)") }
    let chosen = styles.flatMap { SVGStyle.scoped($1.dark, below: ":where(:root[data-theme=dark]) \($0)") }
    return
      (light + ["@media screen and (prefers-color-scheme: dark) {"] + preferred + ["}", "@media screen {"] + chosen
      + ["}"]).joined(separator: "\n")
  }
}
