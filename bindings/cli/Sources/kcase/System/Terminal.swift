import Glibc

/// What is known of the terminal that a descriptor leads to.
struct Terminal {
    let isTerminal: Bool
    let hasColor: Bool
    let columns: Int

    init(_ descriptor: Int32) {
        isTerminal = isatty(descriptor) == 1
        let name = Environment.value("TERM")
        hasColor = isTerminal && Environment.value("NO_COLOR") == nil && name != "dumb" && name != nil
        var size = winsize()
        if isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            columns = Int(size.ws_col)
        } else {
            columns = Environment.value("COLUMNS").flatMap { Int($0) } ?? 80
        }
    }

    enum Style: String {
        case plain = "0"
        case bold = "1"
        case dim = "2"
        case green = "32"
        case yellow = "33"
        case red = "31"
    }

    /// The text in a style, if the terminal has colors.
    func styled(_ text: String, _ style: Style) -> String {
        hasColor && style != .plain ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Asks on the terminal and reads one line from it. nil at the end of input, or if a signal came.
    /// Call it only if standard input and standard error are a terminal.
    static func ask(_ question: String, echo: Bool = true) -> String? {
        var before = termios()
        let isChanged = !echo && tcgetattr(Descriptor.standardInput, &before) == 0
        if isChanged {
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(Descriptor.standardInput, TCSAFLUSH, &silent)
        }
        Console.write(question)
        defer {
            if isChanged {
                tcsetattr(Descriptor.standardInput, TCSAFLUSH, &before)
                Console.write("\n")
            }
        }
        return line()
    }

    private static func line() -> String? {
        var bytes: [UInt8] = []
        while bytes.count < 32768 {
            var descriptors = [
                pollfd(fd: Descriptor.standardInput, events: Int16(POLLIN), revents: 0),
                pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&descriptors, 2, -1) < 0, errno != EINTR { return nil }
            if Signals.collect() > 0 { return nil }
            if descriptors[0].revents == 0 { continue }
            var byte = 0 as UInt8
            guard read(Descriptor.standardInput, &byte, 1) == 1 else { return nil }
            if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}

/// Standard error: what people read. Never data.
enum Console {
    static let terminal = Terminal(Descriptor.standardError)

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = Descriptor.write(UnsafeRawBufferPointer(bytes), to: Descriptor.standardError)
        }
    }

    static func line(_ text: String) {
        write("\(text)\n")
    }

    /// A command to be copied: on one line, however long.
    static func suggest(_ words: String, command: String) {
        line("kcase: \(words) \(command)")
    }

    /// A message of the program. On a terminal its lines are wrapped under each other.
    static func complain(_ text: String) {
        let name = "kcase: "
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let width = terminal.isTerminal ? max(40, terminal.columns - name.count) : Int.max
            let lines = wrapped(String(part), width)
            line(name + lines.joined(separator: "\n" + String(repeating: " ", count: name.count)))
        }
    }
}

/// A text in lines of at most `width` characters, broken at blanks where there are any.
func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        var word = word
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = ""
        }
        while word.count > width {
            lines.append(String(word.prefix(width)))
            word = word.dropFirst(width)
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines
}
