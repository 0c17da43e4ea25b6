import CKCase

/// The library's version: the header's, since both are released as one.
package enum Version {
    package static var number: Int32 { KCASE_VERSION_NUMBER }
    static var text: String { KCASE_VERSION }
}
