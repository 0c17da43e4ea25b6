import CSystem

/// A value behind a lock. (The standard library's Mutex does not exist in Embedded Swift.)
package final class Locked<Value: ~Copyable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: consuming Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
    }

    package func withLock<Output>(_ body: (inout Value) -> Output) -> Output {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&value)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }
}
