import Conversions
import Testing

@Suite("Families of array formats") struct ArrayFormatFamiliesTests {
  @Test(arguments: [
    ("fp8", ["e4m3", "e5m2"]), ("FP8-E5M2", ["e5m2"]), ("fp6", ["e3m2", "e2m3"]), ("fp4", ["e2m1"]),
    ("int8", ["s8", "u8"]), ("uint8", ["u8"]), ("int4", ["s4", "u4"]), ("uint4", ["u4"]),
    ("mxfp8", ["mxfp8-e4m3", "mxfp8-e5m2"]), ("MXFP6", ["mxfp6-e3m2", "mxfp6-e2m3"]), ("mxfp4", ["mxfp4-e2m1"]),
    ("bfloat16", ["bf16"]), ("mxfp", []), ("fp9", []), ("", []),
  ])
  func aWordNamesItsFormats(word: String, names: [String]) {
    #expect(ArrayFormat.names(ofFamily: word) == names)
    for name in names { #expect(ArrayFormat.named(name) != nil, "\(name)") }
  }
}
