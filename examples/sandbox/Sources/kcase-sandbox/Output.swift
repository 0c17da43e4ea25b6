import Foundation

/// Text on a standard stream, at once: a program that reads our pipe waits for the first line.
enum Output {
    static func line(_ text: String, to stream: FileHandle) {
        Output.text(text + "\n", to: stream)
    }

    static func text(_ text: String, to stream: FileHandle) {
        try? stream.write(contentsOf: Data(text.utf8))
    }
}
