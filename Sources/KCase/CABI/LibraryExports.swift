import CKCase
import KCaseClient

@implementation @_cdecl("kcase_version_number")
public func kcase_version_number() -> Int32 { Version.number }

@implementation @_cdecl("kcase_version")
public func kcase_version() -> UnsafePointer<CChar>? { BuildInfo.version }

@implementation @_cdecl("kcase_build_info")
public func kcase_build_info() -> UnsafePointer<CChar>? { uncanceled { BuildInfo.json } }
