import ArgumentParser
import SandboxCore

extension ServiceLists: ExpressibleByArgument {}
