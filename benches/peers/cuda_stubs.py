"""Builds empty stand-ins for the CUDA libraries that torch's wheel is linked to, so that it loads for work on the CPU.

Usage: cuda_stubs.py TORCH_LIB_FOLDER OUT_FOLDER. Every function that torch takes from them returns 0 and does nothing.
"""

import re
import subprocess
import sys
from pathlib import Path


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main(torch_lib, out):
    libraries = sorted(Path(torch_lib).glob("*.so*"))
    needed, versions, wanted, defined = set(), {}, set(), set()
    for library in libraries:
        needed |= set(re.findall(r"NEEDED.*\[(.*?)\]", output("readelf", "-d", library)))
        source = None
        for line in output("readelf", "-VW", library).splitlines():
            if match := re.search(r"File: (\S+)", line):
                source = match[1]
            elif source and (match := re.search(r"Name: (\S+)  Flags", line)):
                versions.setdefault(source, set()).add(match[1])
        for line in output("nm", "-D", library).splitlines():
            *_, kind, symbol = line.split()
            if kind == "U":
                wanted.add(symbol)
            else:
                defined.add(symbol.split("@")[0])
    missing = sorted(name for name in needed - {path.name for path in libraries} if re.match("lib(cu|nccl|nv)", name))
    wanted = {s for s in wanted if s.split("@")[0] not in defined and re.match("_*(cu|nccl|nv)", s, re.IGNORECASE)}
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(missing):
        # A symbol with a version belongs to that library; those without are anybody's, so the first one has them.
        by_version = {v: [s.split("@")[0] for s in wanted if s.endswith("@" + v)] for v in versions.get(name, ())}
        plain = [s for s in wanted if "@" not in s] if number == 0 else []
        functions = [symbol for symbols in by_version.values() for symbol in symbols] + plain
        (out / "stub.c").write_text("".join(f"long {symbol}(void) {{ return 0; }}\n" for symbol in functions))
        script = "".join(f"{v} {{ global: {''.join(s + ';' for s in symbols)} }};\n" for v, symbols in by_version.items())
        (out / "stub.map").write_text(script)
        flags = [f"-Wl,--version-script={out}/stub.map"] if script else []
        command = ["cc", "-shared", "-fPIC", "-fno-builtin", "-w", f"-Wl,-soname,{name}", *flags]
        subprocess.run([*command, "-o", out / name, out / "stub.c"], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
