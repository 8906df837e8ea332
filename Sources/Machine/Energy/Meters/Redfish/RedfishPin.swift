import Crypto
import FoundationEssentials
import Glibc

/// How a controller is known by its public key: `sha256//` and the hash of that key in base64, as curl writes it.
struct RedfishPin: Hashable {
  let text: String

  /// A file with a certificate or a key is no longer.
  private static let longestFile = 65_536

  /// Takes a pin as it is written on the command line, or makes it from a file.
  ///
  /// - Throws: ``MeterFault`` where it is neither.
  init(_ text: String) throws(MeterFault) {
    let shown = ForeignText.shown(text, limit: 120)
    if text.hasPrefix("sha256//") {
      guard let hash = Data(base64Encoded: String(text.dropFirst(8))), hash.count == 32 else {
        throw MeterFault("The pin \"\(shown)\" is not sha256// and 44 characters of base64.")
      }
      self.text = text
      return
    }
    let contents = try Self.contents(text, shown)
    let key: [UInt8]?
    if let certificate = Self.block("CERTIFICATE", in: contents) {
      key = Self.publicKey(ofCertificate: certificate)
    } else {
      key = Self.block("PUBLIC KEY", in: contents)
    }
    guard let key, !key.isEmpty else {
      throw MeterFault("\(shown) holds neither a certificate nor a public key (PEM), so it pins nothing.")
    }
    self.text = "sha256//" + Data(SHA256.hash(data: key)).base64EncodedString()
  }

  private static func contents(_ path: String, _ shown: String) throws(MeterFault) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      throw MeterFault("The pinned certificate \(shown) cannot be read (\(String(cString: strerror(errno)))).")
    }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: longestFile)
    let length = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
    return String(decoding: bytes[..<max(length, 0)], as: UTF8.self)
  }

  /// The first block of that kind in a PEM file.
  private static func block(_ kind: String, in text: String) -> [UInt8]? {
    guard let begin = text.firstRange(of: "-----BEGIN \(kind)-----"),
      let end = text[begin.upperBound...].firstRange(of: "-----END \(kind)-----")
    else { return nil }
    let base64 = text[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
    return Data(base64Encoded: base64).map { [UInt8]($0) }
  }

  /// The public key with its algorithm (SubjectPublicKeyInfo) of a certificate, as RFC 5280, 4.1 lays it out: the seventh
  /// field of the certificate's first part, or the sixth where it has no version.
  static func publicKey(ofCertificate bytes: [UInt8]) -> [UInt8]? {
    var outer = DER(bytes[...])
    guard let certificate = outer.next(), certificate.tag == 0x30 else { return nil }
    var parts = DER(certificate.contents)
    guard let signed = parts.next(), signed.tag == 0x30 else { return nil }
    var fields = DER(signed.contents)
    guard var field = fields.next() else { return nil }
    if field.tag == 0xA0 {
      guard let next = fields.next() else { return nil }
      field = next
    }
    // Behind the serial number: algorithm, issuer, validity, subject, key.
    for _ in 0..<5 {
      guard let next = fields.next() else { return nil }
      field = next
    }
    return field.tag == 0x30 ? Array(field.whole) : nil
  }

  /// Values of the Distinguished Encoding Rules (ITU-T X.690), one after the other.
  private struct DER {
    var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> (tag: UInt8, contents: ArraySlice<UInt8>, whole: ArraySlice<UInt8>)? {
      guard rest.count >= 2 else { return nil }
      let start = rest.startIndex
      let (tag, first) = (rest[start], rest[start + 1])
      var header = 2
      var length = Int(first)
      if first >= 0x80 {
        // A length of more than three bytes is beyond any certificate.
        let count = Int(first & 0x7F)
        guard (1...3).contains(count), rest.count >= 2 + count else { return nil }
        length = rest[(start + 2)..<(start + 2 + count)].reduce(0) { $0 << 8 | Int($1) }
        header += count
      }
      guard rest.count >= header + length else { return nil }
      let whole = rest[start..<(start + header + length)]
      rest = rest[(start + header + length)...]
      return (tag, whole.dropFirst(header), whole)
    }
  }
}
