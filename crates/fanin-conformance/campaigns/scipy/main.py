"""Usage: main.py FANIN FOLDER [NAME...]. Exit status 1 if a file fails, an impostor passes, or an initializer has no case."""

import re
import subprocess
import sys

import cases
import from_laws
import structured  # noqa: F401  adds its cases
from hypotheses import ALPHA, Report
from impostors import escaped
from tensors import Sampler


def listed(command):
    """Every name of `fanin list initializers`, other names apart."""
    lines = subprocess.run([command, "list", "initializers"], capture_output=True, text=True, check=True).stdout.splitlines()
    names = [re.match(r"\w+", line)[0] for line in lines if not line.startswith(" ")]
    also = [name for line in lines if line.startswith(" ") and "; also " in line for name in line.split("; also ")[1].split(", ")]
    return names, also


def main(command, folder, *wanted):
    names, also = listed(command)
    known = lambda case: re.match(r"\w+", case.ask.init)[0]
    from_laws.add_missing(names, {known(case) for case in cases.CASES})
    tested = {known(case) for case in cases.CASES}
    report, sampler = Report(), Sampler(command, folder)
    for case in cases.CASES:
        if wanted and known(case) not in wanted:
            continue
        what = str(case.ask)
        try:
            case.check(report, what, sampler(case.ask), case.ask, sampler)
        except RuntimeError as error:
            report.failures.append(str(error))
    missing = [] if wanted else sorted(set(names) - tested)
    free, impostors = ([], 0) if wanted else escaped(f"{folder}/impostor.safetensors")

    print(f"initializers {len(names)} listed, {len(set(names) & tested)} with cases; of {len(also)} other names {len(set(also) & tested)}")
    print(f"files      {sampler.files}, {sampler.values} values; n is 2^20 or more where values are random")
    print(f"tests      {report.tests} of hypotheses, alpha {ALPHA} each, and {report.exact} statements without chance")
    print(f"smallest p {report.least[0]:.2g}, {report.tests * report.least[0]:.2g} expected at or below; {report.least[1]}")
    print(f"impostors  {impostors - len(free)} of {impostors} refused")
    for failure in [*report.failures, *free, *(f"{name} has no case" for name in missing)]:
        print(f"FAILED     {failure}")
    failed = len(report.failures) + len(free) + len(missing)
    print(f"outcome    {'all hold' if failed == 0 else f'{failed} failed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
