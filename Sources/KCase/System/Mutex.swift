import CSystem

/// A lock around a value. (The standard library's Mutex does not exist in Embedded Swift.)
final class Mutex<Value: ~Copyable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: consuming Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
    }

    func withLock<Output>(_ body: (inout Value) -> Output) -> Output {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&value)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }
}
