/// One complete HTTP answer: a status, a body, and the headers that say something about it.
public struct Answer: Sendable, Equatable {
    public var status: Int
    public var headers: [Header]
    public var body: [UInt8]

    public struct Header: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public init(status: Int, text: String, contentType: String) {
        self.init(
            status: status, headers: [Header("Content-Type", contentType)], body: Array(text.utf8))
    }

    public static func empty(_ status: Int) -> Answer {
        Answer(status: status)
    }

    public static func json(_ status: Int = 200, _ value: JSON) -> Answer {
        Answer(
            status: status, headers: [Header("Content-Type", "application/json")], body: value.utf8)
    }

    public func with(_ name: String, _ value: String) -> Answer {
        var answer = self
        answer.headers.append(Header(name, value))
        return answer
    }
}
