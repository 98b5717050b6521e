# SPDX-License-Identifier: Apache-2.0
"""PROV-CONSTRAINTS, all of it: is a history consistent that somebody tells in PROV?"""

from __future__ import annotations

from dlprov_rdf.validate.constraints.checking import check, check_quads
from dlprov_rdf.validate.constraints.documents import check_file
from dlprov_rdf.validate.constraints.report import Report, Violation

__all__ = ["Report", "Violation", "check", "check_file", "check_quads"]
