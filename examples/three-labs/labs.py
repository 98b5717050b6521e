# SPDX-License-Identifier: Apache-2.0
"""Three labs on one machine, each with a knowledge base and a Fuseki of its own.

python examples/three-labs/labs.py start        they measure, train and predict; then ask
python examples/three-labs/labs.py stop lab-b   one of them goes away; ask again
python examples/three-labs/labs.py stop         all of them go
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path("three-labs")

#: What each lab does.
LABS = {"lab-a": "acquire.py", "lab-b": "train.py", "lab-c": "predict.py"}

NEXT = """
Three labs are up. What lies behind lab C's predictions, in all three?

  dlprov ask raw-data-behind-model {endpoints}

One lab goes away, and the question again:

  python {script} stop lab-b
  dlprov ask raw-data-behind-model {endpoints}
"""


def dlprov(*words: object) -> str:
    """Run one command of ours, and give what it said; stop where it fails."""
    command = [sys.executable, "-m", "dlprov_rdf", *map(str, words)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)  # it has said why
    return done.stdout.strip()


def start(first: int = 3031) -> None:
    """Let each lab do its work, and bring what it recorded to its Fuseki."""
    shared = FOLDER / "shared"
    shared.mkdir(parents=True, exist_ok=True)
    addresses = []
    for port, (lab, script) in enumerate(LABS.items(), start=first):
        print(f"{lab}: {script}", flush=True)
        subprocess.run([sys.executable, HERE / script, FOLDER / lab, shared], check=True)
        kb = ("--kb", FOLDER / lab)
        addresses.append(dlprov("fuseki", "up", "--port", port, "--dataset", lab, *kb))
        print(dlprov("push", addresses[-1], *kb))
    endpoints = " ".join(f"--endpoint {address}" for address in addresses)
    print(NEXT.format(endpoints=endpoints, script=Path(__file__)))


def stop(labs: list[str]) -> None:
    """End the Fusekis of these labs, or of all; what they hold stays."""
    for lab in labs or LABS:
        dlprov("fuseki", "down", "--kb", FOLDER / lab)
        print(f"{lab} is down")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["start", *port]:
            start(*map(int, port[:1]))
        case ["stop", *labs]:
            stop(labs)
        case _:
            sys.exit(__doc__)
