import Testing

@testable import Energy

@Suite("NetworkAddress")
struct NetworkAddressTests {
  @Test(
    "Hosts with and without ports",
    arguments: [
      ("meter", "meter", 8888), ("meter:99", "meter", 99), ("10.0.0.7:65535", "10.0.0.7", 65535), ("[::1]:5", "::1", 5),
      ("[fe80::1%eth0]", "fe80::1%eth0", 8888),
    ] as [(String, String, UInt16)])
  func addresses(text: String, host: String, port: UInt16) throws {
    let address = try NetworkAddress(text, usualPort: 8888)
    #expect(address == NetworkAddress(host: host, port: port))
    #expect(try NetworkAddress(address.description, usualPort: 1) == address)
  }

  @Test(
    "What is no address is refused",
    arguments: [
      "", ":1", "a:", "a:0", "a:65536", "a:-1", "a:+1", "a:1:2", "::1", "[::1", "[::1]5", "[abc]:1", "a b:1", "a/b",
      "a@b:1", "a\u{7}:1",
      String(repeating: "a", count: 300),
    ])
  func nonsense(text: String) {
    #expect(throws: MeterFault.self) { try NetworkAddress(text, usualPort: 8888) }
    do {
      _ = try NetworkAddress(text, usualPort: 8888)
    } catch {
      #expect(error.reason.utf8.count < 400)
      #expect(error.reason.unicodeScalars.allSatisfy { $0.value >= 32 })
    }
  }
}
