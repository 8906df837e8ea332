import Foundation
import Glibc
import MachineTestSupport
import Testing

@testable import Energy

@Suite("RedfishTrust", .enabled(if: RedfishService.canRun, Comment(rawValue: RedfishService.needs)))
struct RedfishTrustTests {
  private static let user = "jeanne-d-arc"
  private static let password = "corr3ct h=rse"
  private static let header = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()

  /// A file with credentials, and what holds it.
  private static func credentials(_ text: String = "user=\(user)\npassword=\(password)\n") throws -> (
    FakeSystem, String
  ) {
    let system = try FakeSystem(["/bmc": text])
    chmod(system.root + "/bmc", 0o600)
    return (system, system.root + "/bmc")
  }

  private static func locked(_ pages: RedfishPages.Pages = RedfishPages.usual()) -> RedfishPages.Pages {
    pages.mapValues {
      var page = $0
      page.authorization = header
      return page
    }
  }

  private func check(_ reason: String, says words: String...) {
    for word in words { #expect(reason.contains(word), "\(reason)") }
    #expect(
      !reason.contains(Self.user) && !reason.contains(Self.password) && !reason.contains(Self.header.dropFirst(6)))
    #expect(reason.utf8.count < 400 && reason.hasSuffix("."), "\(reason)")
  }

  @Test("A certificate that nobody vouches for is refused before anything is sent, and the reason says how to pin it")
  func selfSigned() throws {
    let service = try RedfishService(Self.locked(), certificate: try TestCertificate())
    let (system, file) = try Self.credentials()
    let text = RedfishMeter(.init(url: "https://localhost:\(service.port)", credentials: .file(file))).availability()
      .text
    check(
      text, says: "has a certificate that it made itself", "openssl s_client -connect localhost:\(service.port)",
      "--redfish-pin bmc.pem")
    #expect(!service.seen.contains { $0.hasPrefix("GET") })
    _ = system
  }

  @Test("A certificate that a given authority vouches for is accepted, for its own name")
  func authority() throws {
    let certificate = try TestCertificate()
    let service = try RedfishService(Self.locked(), certificate: certificate)
    let (system, file) = try Self.credentials()
    let settings = RedfishSettings(
      url: "https://localhost:\(service.port)", credentials: .file(file), authorities: certificate.file)
    #expect(RedfishMeter(settings).availability().isAvailable)
    let missing = RedfishSettings(
      url: "https://localhost:\(service.port)", credentials: .file(file), authorities: "/no/such/file")
    check(RedfishMeter(missing).availability().text, says: "The authorities in /no/such/file cannot be read.")
    let other = try TestCertificate(name: "other.example")
    let elsewhere = try RedfishService(Self.locked(), certificate: other)
    let wrong = RedfishSettings(
      url: "https://localhost:\(elsewhere.port)", credentials: .file(file), authorities: other.file)
    check(RedfishMeter(wrong).availability().text, says: "has a certificate for another name")
    _ = system
  }

  @Test(
    "A pinned certificate is accepted, whatever its name and its time, by hash, by certificate and by public key",
    arguments: [("localhost", false), ("other.example", false), ("localhost", true)])
  func pinned(name: String, isExpired: Bool) throws {
    let certificate = try TestCertificate(name: name, isExpired: isExpired)
    let service = try RedfishService(Self.locked(), certificate: certificate)
    let (system, file) = try Self.credentials()
    for pin in [try certificate.pin(), certificate.file, certificate.publicKey] {
      let settings = RedfishSettings(url: "https://localhost:\(service.port)", credentials: .file(file), pin: pin)
      let availability = RedfishMeter(settings).availability()
      #expect(availability.isAvailable, "\(availability.text)")
      // Ours is that of openssl.
      #expect(try RedfishPin(pin).text == certificate.pin())
    }
    _ = system
  }

  @Test("Another key than the pinned one is refused before anything is sent")
  func wrongPin() throws {
    let service = try RedfishService(Self.locked(), certificate: try TestCertificate())
    let (system, file) = try Self.credentials()
    let other = try TestCertificate()
    for pin in [try other.pin(), other.file, other.publicKey] {
      let settings = RedfishSettings(url: "https://localhost:\(service.port)", credentials: .file(file), pin: pin)
      check(RedfishMeter(settings).availability().text, says: "has another public key than the pinned one")
    }
    #expect(!service.seen.contains { $0.hasPrefix("GET") })
    _ = system
  }

  @Test("A server without a certificate is refused although nothing but the pin is verified")
  func anonymous() throws {
    // libcurl looks at no pin there; see set_options in get.c.
    let server = try AnonymousServer()
    let other = try TestCertificate()
    let (system, file) = try Self.credentials()
    let settings = RedfishSettings(
      url: "https://127.0.0.1:\(server.port)", credentials: .file(file), pin: try other.pin(), patience: 5)
    check(RedfishMeter(settings).availability().text, says: "https://127.0.0.1:\(server.port) does not speak TLS")
    #expect(!server.output.contains("GET"))
    _ = system
  }

  @Test(
    "What is no pin is refused",
    arguments: [
      "sha256//", "sha256//abc", "sha256//" + String(repeating: "A", count: 44), "/no/such/file", "/dev/null",
      "/dev/zero", "/etc/passwd", "",
    ])
  func nonsensePin(pin: String) {
    #expect(throws: MeterFault.self) { try RedfishPin(pin) }
  }

  @Test("Broken certificates pin nothing", arguments: 0..<200)
  func brokenCertificate(length: Int) {
    // A certificate's beginning, cut off and with lengths that lead beyond its end.
    let bytes: [UInt8] = [0x30, 0x82, 0xFF, 0xFF, 0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0xA0, 0x03, 0x02, 0x01, 0x02]
    #expect(RedfishPin.publicKey(ofCertificate: Array(bytes.prefix(length))) == nil)
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(RedfishPin.publicKey(ofCertificate: [0x30, 0x80] + noise) == nil)
  }

  @Test("User and password, or a token, are sent with each question to that server alone")
  func sent() throws {
    let certificate = try TestCertificate()
    let service = try RedfishService(Self.locked(), certificate: certificate)
    let (system, file) = try Self.credentials()
    let pin = try certificate.pin()
    let reader = try RedfishReader(.init(url: "https://127.0.0.1:\(service.port)", credentials: .file(file), pin: pin))
    _ = try reader.read()
    let questions = service.seen.filter { $0.hasPrefix("GET") }
    #expect(questions.count >= 4)
    #expect(questions.allSatisfy { $0.hasSuffix(Self.header) })
    let (other, token) = try Self.credentials("token=t0ken\n")
    let text = RedfishMeter(.init(url: "https://127.0.0.1:\(service.port)", credentials: .file(token), pin: pin))
      .availability().text
    check(text, says: "does not know the user or the password (401): correct the file \(token)")
    #expect(service.seen.last?.hasSuffix(" t0ken") == true)
    _ = (system, other)
  }

  @Test("A wrong password, none, and a user who may not are told apart")
  func refused() throws {
    let service = try RedfishService(Self.locked())
    let url = "http://127.0.0.1:\(service.port)"
    let (system, file) = try Self.credentials("user=\(Self.user)\npassword=wr0ng\n")
    let wrong = RedfishMeter(.init(url: url, credentials: .file(file))).availability().text
    check(wrong, says: "\(url)/redfish/v1/ does not know the user or the password (401): correct the file \(file).")
    #expect(!wrong.contains("wr0ng"))
    let none = RedfishMeter(.init(url: url, credentials: .environment(prefix: "ASSAY_TEST_NONE"))).availability().text
    check(none, says: "wants a user and a password (401): set ASSAY_REDFISH_USER and ASSAY_REDFISH_PASSWORD")
    try service.serve(["/redfish/v1/": .init(status: 403)])
    let forbidden = RedfishMeter(.init(url: url, credentials: .environment(prefix: "ASSAY_TEST_NONE"))).availability()
      .text
    check(forbidden, says: "is not for this user (403)")
    _ = system
  }

  @Test("A redirection to another server is not followed, and no secret goes there")
  func redirected() throws {
    let elsewhere = try RedfishService(RedfishPages.usual())
    let (system, file) = try Self.credentials()
    for target in [
      "http://127.0.0.1:\(elsewhere.port)/redfish/v1/", "http://localhost:\(elsewhere.port)/redfish/v1/",
      "//localhost/x",
      "ftp://127.0.0.1/x", "file:///etc/passwd", "https://127.0.0.1/redfish/v1/",
    ] {
      let service = try RedfishService(["/redfish/v1/": .init(status: 302, location: target)])
      let text = RedfishMeter(.init(url: "http://127.0.0.1:\(service.port)", credentials: .file(file))).availability()
        .text
      check(text, says: "redirects to another server, which is not followed")
    }
    #expect(elsewhere.seen.isEmpty)
    let circle = try RedfishService(["/redfish/v1/": .init(status: 302, location: "/redfish/v1/")])
    let text = RedfishMeter(.init(url: "http://127.0.0.1:\(circle.port)", credentials: .file(file))).availability().text
    check(text, says: "redirects again and again")
    #expect(circle.seen.filter { $0.hasPrefix("GET") }.count <= 4)
    _ = system
  }
}
