import CSystem
import KCaseSystem

/// Runs the body of an exported function while the calling thread cannot be canceled: pthread_cancel would
/// unwind it past the locks and connections that it holds. A cancellation that is asked for meanwhile takes
/// effect once the function has done its work.
func uncanceled<Output>(_ body: () -> Output) -> Output {
    let previous = kc_cancellation_hold()
    defer { kc_cancellation_restore(previous) }
    return body()
}
