//! Callables that only malicious pickles call.

use super::value::Name;

/// Modules whose functions start programs, load code or access the system.
const MODULES: &[&str] = &[
    "os",
    "posix",
    "nt",
    "subprocess",
    "sys",
    "socket",
    "shutil",
    "runpy",
    "pty",
    "importlib",
    "imp",
    "ctypes",
    "popen2",
    "webbrowser",
    "pdb",
    "bdb",
    "timeit",
    "cProfile",
    "asyncio",
    "urllib",
    "urllib2",
    "requests",
    "httplib",
    "ftplib",
    "smtplib",
    "pip",
    "marshal",
    "pydoc",
    "doctest",
];

/// Built-in functions with the same effects.
const BUILTINS: &[&str] = &[
    "eval",
    "exec",
    "execfile",
    "compile",
    "open",
    "file",
    "__import__",
    "input",
    "breakpoint",
    "apply",
    "exit",
    "quit",
];

/// Such functions in otherwise harmless modules.
const FUNCTIONS: &[(&str, &str)] = &[
    ("torch.hub", "load"),
    ("torch.jit", "load"),
    ("torch", "load"),
    ("numpy.testing._private.utils", "runstring"),
    ("pickle", "loads"),
    ("_pickle", "loads"),
    ("types", "CodeType"),
    ("types", "FunctionType"),
];

/// Whether a pickle that calls this would run arbitrary code under Python. Nothing is run here in any case; the check
/// warns users who would load the file elsewhere. No such list can be complete.
pub(super) fn runs_code(Name { module, name }: Name<'_>) -> bool {
    let first = module.split('.').next().unwrap_or_default();
    match first {
        "builtins" | "__builtin__" => BUILTINS.contains(&name),
        _ => MODULES.contains(&first) || FUNCTIONS.contains(&(module, name)),
    }
}
