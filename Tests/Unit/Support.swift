@testable import KCaseClient
@testable import KCaseKarmaCheck
@testable import KCaseSystem

/// The message with which an input is refused; nil if it is accepted.
func refusal(_ body: () throws(InvalidInput) -> Void) -> String? {
    do throws(InvalidInput) {
        try body()
        return nil
    } catch {
        return error.message
    }
}

func configuration(_ json: String) throws(InvalidInput) -> Configuration {
    let text = CText(json)
    defer { withExtendedLifetime(text) {} }
    return try Configuration.read(GivenText(text.pointer))
}

func caseID(_ bytes: [UInt8]) throws(InvalidInput) -> CaseID {
    let characters = bytes.map { CChar(bitPattern: $0) } + [0]
    var result: Result<CaseID, InvalidInput> = .failure(InvalidInput("not run"))
    characters.withUnsafeBufferPointer { buffer in
        do throws(InvalidInput) {
            result = .success(try CaseID(GivenText(buffer.baseAddress)))
        } catch {
            result = .failure(error)
        }
    }
    return try result.get()
}

func caseID(_ text: String) throws(InvalidInput) -> CaseID { try caseID(Array(text.utf8)) }

func secret(_ text: String) -> Secret {
    Array(text.utf8).withUnsafeBufferPointer { Secret(copying: $0) }
}

func text(_ secret: Secret?) -> String? {
    secret?.withBytes { String(decoding: $0, as: UTF8.self) }
}

/// Moments of a test's own clock.
extension Instant: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self.init(milliseconds: value) }

    static func - (instant: Instant, time: Milliseconds) -> Instant {
        instant + Milliseconds(-time.count)
    }
}
