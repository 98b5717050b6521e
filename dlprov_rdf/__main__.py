# SPDX-License-Identifier: Apache-2.0
"""``python -m dlprov_rdf`` is ``dlprov``."""

from dlprov_rdf.cli import main

if __name__ == "__main__":
    main()
