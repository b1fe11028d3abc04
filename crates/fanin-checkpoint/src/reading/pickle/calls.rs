//! Callables that only a pickle made to harm calls.

use super::value::Name;

/// Modules whose functions start programs, load code or reach the system.
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

/// Functions of Python's own that do.
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

/// Single functions that do, in modules that are harmless otherwise.
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

/// Whether a pickle that calls this runs code of its maker's under Python. Here nothing is run, whatever the answer: it is
/// for the one who would load the file elsewhere, and no list of this kind is complete.
pub(super) fn runs_code(Name { module, name }: Name<'_>) -> bool {
    let first = module.split('.').next().unwrap_or_default();
    match first {
        "builtins" | "__builtin__" => BUILTINS.contains(&name),
        _ => MODULES.contains(&first) || FUNCTIONS.contains(&(module, name)),
    }
}
