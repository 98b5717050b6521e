# SPDX-License-Identifier: Apache-2.0
"""Licences by the names that people know them by: SPDX's, of data and of code.

Any other licence is given as its IRI.

Source: https://spdx.org/licenses/
"""

from __future__ import annotations

_SPDX = "https://spdx.org/licenses/"

_NAMES = (
    "0BSD", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0",
    "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-3.0",
    "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0",
    "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-PDDC", "CC-PDM-1.0", "CC0-1.0", "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "EPL-2.0",
    "etalab-2.0", "EUPL-1.2", "GFDL-1.3-only", "GFDL-1.3-or-later", "GPL-2.0-only",
    "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0",
    "NIST-PD", "ODbL-1.0", "ODC-By-1.0", "OGL-UK-3.0", "PDDL-1.0", "PSF-2.0", "Python-2.0",
    "Unlicense", "Zlib",
)  # fmt: skip

_BY_NAME = {name.lower(): name for name in _NAMES}


def iri(name: str) -> str | None:
    """Give the IRI of a licence by its SPDX name, in any case; None for a name not known here.

    >>> iri("cc-by-4.0")
    'https://spdx.org/licenses/CC-BY-4.0'
    """
    known = _BY_NAME.get(name.lower())
    return _SPDX + known if known else None


def near(name: str) -> list[str]:
    """Give known names that begin or end alike, to ask back."""
    word = _bare(name)
    return [known for low, known in _BY_NAME.items() if len(word) > 1 and word in _bare(low)][:4]


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
