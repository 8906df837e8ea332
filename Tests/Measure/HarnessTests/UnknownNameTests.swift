import Harness
import Testing

@Suite struct UnknownNameTests {
  private static let known = ["fp32-fma", "vdpbf16ps", "u8s8-maddubs", "u8s8-vnni", "u8s8-vnni-sat", "tf32-fp32acc"]

  @Test(arguments: [
    // Few edits, whatever else begins so.
    ("vdpbf16p", ["vdpbf16ps"]), ("u8s8-vni", ["u8s8-vnni"]), ("u8s8-vnn", ["u8s8-vnni"]),
    // The beginning of one, of several; case does not matter.
    ("vdpbf", ["vdpbf16ps"]), ("VDP", ["vdpbf16ps"]), ("vd", ["vdpbf16ps"]),
    ("u8s8", ["u8s8-maddubs", "u8s8-vnni", "u8s8-vnni-sat"]), ("fp32", ["fp32-fma"]),
    // A part.
    ("fp32a", ["tf32-fp32acc"]), ("bf16", ["vdpbf16ps"]), ("vnni", ["u8s8-vnni", "u8s8-vnni-sat"]),
    // Too little, or nothing like any.
    ("", []), ("v", []), ("16", []), ("sgemm", []), ("vdpbf16ps-and-much-more", []),
  ])
  func whatMayBeMeantIsSuggested(name: String, suggestions: [String]) {
    #expect(UnknownName(kind: "contract", name: name, known: Self.known).suggestions == suggestions)
  }

  @Test(arguments: [
    ("vdpbf", "There is no contract `vdpbf`; did you mean `vdpbf16ps`?"),
    ("vnni", "There is no contract `vnni`; did you mean `u8s8-vnni` or `u8s8-vnni-sat`?"),
    ("u8s8", "There is no contract `u8s8`; did you mean `u8s8-maddubs`, `u8s8-vnni` or `u8s8-vnni-sat`?"),
    (
      "x",
      "There is no contract `x`; there are fp32-fma, vdpbf16ps, u8s8-maddubs, u8s8-vnni, u8s8-vnni-sat, "
        + "tf32-fp32acc."
    ),
  ])
  func theSentenceNamesThem(name: String, sentence: String) {
    let error = UnknownName(kind: "contract", name: name, known: Self.known)
    #expect(error.description == sentence)
    let reason = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    #expect("T" + error.reason.dropFirst() == reason)
  }

  /// What is known to be meant comes before all that looks alike.
  @Test func aKnownMeaningIsTheOnlySuggestion() {
    #expect(
      UnknownName(kind: "contract", name: "u8s8-vnn", known: Self.known, meant: ["fp32-fma"]).suggestions
        == ["fp32-fma"])
    #expect(
      UnknownName(kind: "contract", name: "x", known: Self.known, meant: ["fp32-fma", "vdpbf16ps"]).description
        == "There is no contract `x`; did you mean `fp32-fma` or `vdpbf16ps`?")
  }
}
