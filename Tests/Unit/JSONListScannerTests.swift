import Testing

@testable import KCaseJSON

/// A list cut into its elements, in whatever pieces it comes.
@Suite struct JSONListScannerTests {
    private struct Outcome: Equatable {
        var elements: [String] = []
        var isWhole = false
        var trouble: JSONListScanner.Trouble?
        var around = ""
    }

    /// What comes of a text in pieces of so many bytes.
    private func scan(_ text: [UInt8], pieces: Int) -> Outcome {
        var outcome = Outcome()
        var scanner = JSONListScanner(listNamed: "cases")
        for start in stride(from: 0, to: text.count, by: pieces) {
            let piece = Array(text[start..<min(start + pieces, text.count)])
            piece.withUnsafeBufferPointer { piece in
                scanner.take(piece) { outcome.elements.append(String(decoding: $0, as: UTF8.self)) }
            }
        }
        outcome.isWhole = scanner.isWhole
        outcome.trouble = scanner.trouble
        outcome.around = String(decoding: scanner.around, as: UTF8.self)
        return outcome
    }

    private static let list =
        #" { "first":{"cases":[1]}, "note":"\"cases\":[{", "cases" : [ {"id":"1","t":"}]\\\"{"} ,"#
        + #"{"id":"2","deep":[[{"a":"é"}]]}] ,"more":[{"x":null}] } "#

    @Test func elementsAreTheSameInPiecesOfEverySize() {
        let text = Array(JSONListScannerTests.list.utf8)
        let whole = scan(text, pieces: text.count)
        #expect(whole.elements == [#"{"id":"1","t":"}]\\\"{"}"#, #"{"id":"2","deep":[[{"a":"é"}]]}"#])
        #expect(whole.isWhole)
        #expect(whole.around.hasSuffix(#""cases" : [] ,"more":[{"x":null}] }"#))
        for pieces in 1..<text.count { #expect(scan(text, pieces: pieces) == whole) }
    }

    @Test func aTextThatIsCutAnywhereIsNotWhole() {
        let text = Array(JSONListScannerTests.list.utf8)
        let end = text.count - 1
        for count in 0..<end {
            let outcome = scan(Array(text[..<count]), pieces: 7)
            #expect(!outcome.isWhole)
            #expect(outcome.trouble == nil)
        }
        #expect(scan(Array(text[..<end]), pieces: 7).isWhole)
    }

    @Test func whatIsNoListOfObjectsIsRefused() {
        func trouble(_ text: String) -> JSONListScanner.Trouble? { scan(Array(text.utf8), pieces: 3).trouble }
        for text in ["<html>", "[]", "null", "\"cases\"", "x", "\u{1F}\u{8B}"] {
            #expect(trouble(text) == .notJSON)
        }
        for text in [
            #"{"cases":[1]}"#, #"{"cases":[null]}"#, #"{"cases":[[]]}"#, #"{"cases":[,{}]}"#,
            #"{"cases":[{},]}"#, #"{"cases":[{}{}]}"#, #"{"cases":[{}}"#, #"{"cases":[{}]} {}"#,
        ] {
            #expect(trouble(text) == .unsound)
        }
        #expect(trouble("\u{FEFF}{\"cases\":[]}") == nil)
        #expect(trouble("\u{FEFF}\u{FEFF}{\"cases\":[]}") == .notJSON)
    }

    @Test func whatIsTooLargeIsRefusedBeforeItIsKept() {
        let element = #"{"cases":[{"a":""# + String(repeating: "x", count: JSONListScanner.elementBytesMax)
        #expect(scan(Array(element.utf8), pieces: 4096).trouble == .elementTooLarge)
        let around = #"{"a":""# + String(repeating: "x", count: 70_000)
        #expect(scan(Array(around.utf8), pieces: 4096).trouble == .aroundTooLarge)
    }

    @Test func aListOfTheSameNameElsewhereIsNotTheList() {
        for text in [#"{"a":{"cases":[{}]}}"#, #"{"cases":{"a":[{}]}}"#, #"{"x\"cases":[{}]}"#] {
            let outcome = scan(Array(text.utf8), pieces: 1)
            #expect(outcome.elements.isEmpty)
            #expect(outcome.around == text)
        }
    }
}
